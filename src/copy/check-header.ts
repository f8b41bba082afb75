import type { SqlError } from '../base/sql-error.ts';
import { badFormat } from './errors.ts';

/** HEADER MATCH: what is wrong with the header line's fields, if anything. */
export function checkHeader(
  fields: readonly (string | null)[],
  names: readonly string[],
  nullText: Uint8Array,
): SqlError | undefined {
  if (fields.length !== names.length)
    return badFormat(`wrong number of fields in header line: got ${fields.length}, expected ${names.length}`);
  const at = names.findIndex((name, index) => fields[index] !== name);
  if (at === -1) return undefined;
  const got = fields[at] === null ? `null value ("${Buffer.from(nullText).toString()}")` : `"${fields[at]}"`;
  return badFormat(`column name mismatch in header line field ${at + 1}: got ${got}, expected "${names[at]}"`);
}
