import { OID, arrayOidOf } from '../../src/pgtype/oid.ts';
import { duckdbType } from '../../src/translate/function/duckdb-type.ts';

export function oidOf(type: string): number {
  if (type.startsWith('_')) return arrayOidOf(oidOf(type.slice(1)))!;
  const oid = OID[type as keyof typeof OID];
  if (oid === undefined) throw new Error(`no oid for type ${type}`);
  return oid;
}

/** As DuckDB prints it. */
export function duckdbTypeName(
  type: string,
  decimal: { readonly precision: number; readonly scale: number } | undefined,
): string {
  if (type === 'numeric')
    return decimal === undefined ? 'no decimal' : `DECIMAL(${decimal.precision},${decimal.scale})`;
  const name = duckdbType(oidOf(type));
  if (name === undefined) throw new Error(`no DuckDB type for ${type}`);
  return name === 'TIMESTAMPTZ' ? 'TIMESTAMP WITH TIME ZONE' : name;
}
