/** Arrays of one dimension that count from 1, which is what lists of DuckDB are. */
import { OID } from '../../pgtype/oid.ts';
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import type { ScalarTemplate } from './template.ts';
import { textOutput } from './text-output.ts';

/** The empty array has no dimension: NULL. */
const length: ScalarTemplate = ([array, dimension], call) => {
  if (dimension?.constant !== 1) throw unsupportedCall(call, 'arrays have one dimension here');
  return { sql: `CAST(nullif(len(${array!.sql}), 0) AS INTEGER)` };
};

/** Separated by a delimiter; an empty text has no elements, a NULL delimiter one per character. */
const stringToArray: ScalarTemplate = ([text, delimiter], call) => {
  if (typeof delimiter!.constant !== 'string') throw unsupportedCall(call, 'the delimiter must be a constant');
  const empty = delimiter!.constant === '';
  return {
    sql: once(
      [text!.sql],
      (x) =>
        `CASE WHEN ${x} = '' THEN CAST([] AS VARCHAR[]) ELSE ${empty ? `CASE WHEN ${x} IS NOT NULL THEN [${x}] END` : `string_split(${x}, ${delimiter!.sql})`} END`,
    ),
  };
};

/** NULL elements are left out, or written as the third argument. */
const arrayToString: ScalarTemplate = ([array, delimiter, nulls], call) => {
  const elementOid = ELEMENT_OIDS[array!.typeOid];
  if (elementOid === undefined) throw unsupportedCall(call, 'the text of these elements is not certified');
  const element = textOutput({ sql: 'element', typeOid: elementOid, typmod: -1 }, call);
  const shown = nulls === undefined ? element : `coalesce(${element}, ${nulls.sql})`;
  return {
    sql: once([array!.sql, delimiter!.sql], (x, d) => {
      const items = `list_filter(list_transform(${x}, lambda element: ${shown}), lambda element: element IS NOT NULL)`;
      const joined = `CASE WHEN len(items) = 0 THEN '' ELSE list_reduce(items, lambda p, q: p || ${d} || q) END`;
      return `CASE WHEN ${x} IS NOT NULL AND ${d} IS NOT NULL THEN list_transform([${items}], lambda items: ${joined})[1] END`;
    }),
  };
};

const ELEMENT_OIDS: Readonly<Record<number, number>> = {
  1000: OID.bool,
  1005: OID.int2,
  1007: OID.int4,
  1016: OID.int8,
  1009: OID.text,
  1015: OID.varchar,
  1021: OID.float4,
  1022: OID.float8,
  2951: OID.uuid,
};

export const arrayFunctions: Readonly<Record<string, ScalarTemplate>> = {
  'cardinality(anyarray)': ([array]) => ({ sql: `CAST(len(${array!.sql}) AS INTEGER)` }),
  'array_length(anyarray,int4)': length,
  'array_upper(anyarray,int4)': length,
  'string_to_array(text,text)': stringToArray,
  'array_to_string(anyarray,text)': arrayToString,
  'array_to_string(anyarray,text,text)': arrayToString,
};
