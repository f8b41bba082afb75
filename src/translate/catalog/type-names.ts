import { TYPE_ROWS } from './type-rows.ts';

/** The name of a built-in type in pg_type, e.g. `int4`, `_text`. */
export function typeName(oid: number): string | undefined {
  return NAMES.get(oid);
}

const NAMES: ReadonlyMap<number, string> = new Map(
  TYPE_ROWS.trim()
    .split(/\s+/)
    .map((row) => {
      const colon = row.indexOf(':');
      return [Number(row.slice(0, colon)), row.slice(colon + 1)];
    }),
);
