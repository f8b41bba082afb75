import type { PgValue } from '../pgtype/pgtype.ts';
import { textFormatter } from '../pgtype/text-formatter.ts';
import { elementOidOf } from '../pgtype/oid.ts';
import { typeName } from './catalog/type-names.ts';

/** Text that Postgres reads alike under every setting. */
const SETTINGS = {
  dateStyle: 'ISO, YMD',
  intervalStyle: 'postgres',
  timeZone: 'UTC',
  extraFloatDigits: 1,
  byteaOutput: 'hex',
} as const;

/** A typed literal in Postgres' SQL; undefined for types that are not built in. */
export function postgresLiteral(value: PgValue, typeOid: number): string | undefined {
  const elementOid = elementOidOf(typeOid);
  const name = typeName(elementOid ?? typeOid);
  if (name === undefined) return undefined;
  const type = `pg_catalog."${name}"${elementOid === undefined ? '' : '[]'}`;
  if (value === null) return `CAST(NULL AS ${type})`;
  const text = textFormatter(SETTINGS)(typeOid, value);
  const escaped = text.replaceAll("'", "''");
  return `CAST(${text.includes('\\') ? `E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`} AS ${type})`;
}
