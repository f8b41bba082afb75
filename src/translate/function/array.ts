/** Arrays of one dimension that count from 1, which is what lists of DuckDB are. */
import { OID, elementOidOf } from '../../pgtype/oid.ts';
import { duckdbType } from './duckdb-type.ts';
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import type { Call, ScalarTemplate, Term, Translated } from './template.ts';
import { textOutput } from './text-output.ts';

/** The empty array has no dimension: NULL. */
const length: ScalarTemplate = ([array, dimension], call) => {
  if (dimension?.constant !== 1) throw unsupportedCall(call, 'arrays have one dimension here');
  return { sql: `CAST(nullif(len(${array!.sql}), 0) AS INTEGER)` };
};

/**
 * Separated by a delimiter; an empty text has no elements, an empty delimiter keeps it whole, a NULL one makes an element
 * of every character. Elements like the third argument become NULL.
 */
const stringToArray: ScalarTemplate = ([text, delimiter, nulls]) => ({
  sql: once([text!.sql, delimiter!.sql], (x, d) => {
    const split = `CASE WHEN ${x} = '' THEN CAST([] AS VARCHAR[]) WHEN ${d} IS NULL THEN regexp_extract_all(${x}, '.', 0, 's') WHEN ${d} = '' THEN [${x}] ELSE string_split(${x}, ${d}) END`;
    const list = nulls === undefined ? split : `list_transform(${split}, lambda part: nullif(part, ${nulls.sql}))`;
    return `CASE WHEN ${x} IS NOT NULL THEN ${list} END`;
  }),
});

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

/** Arrays whose text is certified. */
const PRINTED = ['_bool', '_int2', '_int4', '_int8', '_text', '_varchar', '_float4', '_float8', '_uuid'];

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

/** Types whose elements DuckDB compares within lists as Postgres does: NULLs are equal, and larger than all else. */
const COMPARED: ReadonlySet<number> = new Set([
  OID.bool,
  OID.int2,
  OID.int4,
  OID.int8,
  OID.float4,
  OID.float8,
  OID.text,
  OID.varchar,
  OID.date,
  OID.time,
  OID.timestamp,
  OID.timestamptz,
  OID.uuid,
  OID.bytea,
]);

/** DuckDB's type of the array; refused where elements cannot be compared by themselves. */
function listType(array: Term, call: Call): string {
  const elementOid = elementOidOf(array.typeOid);
  const type = duckdbType(array.typeOid);
  if (elementOid === undefined || type === undefined || !COMPARED.has(elementOid))
    throw unsupportedCall(call, 'arrays of this type are not supported there');
  return type;
}

function compared(operator: string): ScalarTemplate {
  return ([a, b], call) => {
    listType(a!, call);
    return { sql: `(${a!.sql} ${operator} ${b!.sql})` };
  };
}

/** A NULL array is an empty one. */
function added(place: 'list_append' | 'list_prepend'): ScalarTemplate {
  return (args, call) => {
    const [array, element] = place === 'list_append' ? [args[0]!, args[1]!] : [args[1]!, args[0]!];
    const list = `coalesce(${array.sql}, CAST([] AS ${listType(array, call)}))`;
    return {
      sql: place === 'list_append' ? `list_append(${list}, ${element.sql})` : `list_prepend(${element.sql}, ${list})`,
    };
  };
}

const concatenated: ScalarTemplate = ([a, b], call) => {
  listType(a!, call);
  return {
    sql: once(
      [a!.sql, b!.sql],
      (x, y) => `CASE WHEN ${x} IS NULL THEN ${y} WHEN ${y} IS NULL THEN ${x} ELSE list_concat(${x}, ${y}) END`,
    ),
  };
};

const removed: ScalarTemplate = ([array, element], call) => {
  listType(array!, call);
  return { sql: letIn(element!.sql, (v) => `list_filter(${array!.sql}, lambda e: e IS DISTINCT FROM ${v})`) };
};

const replaced: ScalarTemplate = ([array, from, to], call) => {
  listType(array!, call);
  const chosen = (f: string, t: string): string =>
    `list_transform(${array!.sql}, lambda e: CASE WHEN e IS NOT DISTINCT FROM ${f} THEN ${t} ELSE e END)`;
  return { sql: letIn(from!.sql, (f) => letIn(to!.sql, (t) => chosen(f, t), 'vt'), 'vf') };
};

/** A value that a lambda names: bound outside of it, as it may be a lambda itself. */
function letIn(value: string, body: (name: string) => string, name = 'vx'): string {
  return `(list_transform([{'v': ${value}}], lambda ${name}: ${body(`${name}.v`)})[1])`;
}

/** Subscripts at which the element is, NULL being found too; from the third argument on. */
function positions(array: Term, element: Term, from: Term | undefined): string {
  const start = from === undefined ? '1' : `greatest(${from.sql}, 1)`;
  return letIn(element.sql, (v) =>
    letIn(
      array.sql,
      (list) =>
        `CASE WHEN ${list} IS NOT NULL THEN list_filter(range(${start}, len(${list}) + 1), lambda i: ${list}[i] IS NOT DISTINCT FROM ${v}) END`,
      'vl',
    ),
  );
}

const position: ScalarTemplate = ([array, element, from], call) => {
  listType(array!, call);
  if (from !== undefined && typeof from.constant !== 'number')
    throw unsupportedCall(call, 'the start must be a constant');
  return { sql: `CAST((${positions(array!, element!, from)})[1] AS INTEGER)` };
};

/** Whether all (any) elements of `b` are in `a`; NULL elements are nowhere. */
function covering(a: Term, b: Term, quantifier: 'all' | 'any', call: Call): Translated {
  listType(a, call);
  const found = `coalesce(list_contains(x.v, e), false)`;
  const hits = `len(list_filter(y.v, lambda e: ${quantifier === 'all' ? 'NOT ' : ''}${found}))`;
  const answer = `CASE WHEN x.v IS NOT NULL AND y.v IS NOT NULL THEN ${hits} ${quantifier === 'all' ? '= 0' : '> 0'} END`;
  return {
    sql: letIn(a.sql, (x) => letIn(b.sql, (y) => answer.replaceAll('x.v', x).replaceAll('y.v', y), 'vb'), 'va'),
  };
}

/** The empty array has no bounds. */
const lowerBound: ScalarTemplate = ([array, dimension], call) => {
  if (dimension !== undefined && dimension.constant !== 1)
    throw unsupportedCall(call, 'arrays have one dimension here');
  return { sql: `CASE WHEN len(${array!.sql}) > 0 THEN CAST(1 AS INTEGER) END` };
};

/** array_out: elements that could be read in another way are quoted. */
const printed: ScalarTemplate = ([array], call) => {
  const elementOid = ELEMENT_OIDS[array!.typeOid];
  if (elementOid === undefined) throw unsupportedCall(call, 'the text of these elements is not certified');
  const text = textOutput({ sql: 'element', typeOid: elementOid, typmod: -1 }, call);
  const quoted = `'"' || replace(replace(element, '\\', '\\\\'), '"', '\\"') || '"'`;
  const shown =
    elementOid === OID.text || elementOid === OID.varchar
      ? `CASE WHEN element = '' OR upper(element) = 'NULL' OR regexp_matches(element, '[{}",\\\\ \\t-\\r]') THEN ${quoted} ELSE element END`
      : text;
  return {
    sql: once(
      [array!.sql],
      (x) =>
        `CASE WHEN ${x} IS NOT NULL THEN '{' || array_to_string(list_transform(${x}, lambda element: coalesce(${shown}, 'NULL')), ',') || '}' END`,
    ),
  };
};

export const arrayFunctions: Readonly<Record<string, ScalarTemplate>> = {
  'cardinality(anyarray)': ([array]) => ({ sql: `CAST(len(${array!.sql}) AS INTEGER)` }),
  'array_length(anyarray,int4)': length,
  'array_upper(anyarray,int4)': length,
  'array_lower(anyarray,int4)': lowerBound,
  'array_ndims(anyarray)': lowerBound,
  'array_dims(anyarray)': ([array]) => ({
    sql: once([array!.sql], (x) => `CASE WHEN len(${x}) > 0 THEN '[1:' || len(${x}) || ']' END`),
  }),
  'string_to_array(text,text)': stringToArray,
  'string_to_array(text,text,text)': stringToArray,
  'array_to_string(anyarray,text)': arrayToString,
  'array_to_string(anyarray,text,text)': arrayToString,
  'array_eq(anyarray,anyarray)': compared('='),
  'array_ne(anyarray,anyarray)': compared('<>'),
  'array_lt(anyarray,anyarray)': compared('<'),
  'array_le(anyarray,anyarray)': compared('<='),
  'array_gt(anyarray,anyarray)': compared('>'),
  'array_ge(anyarray,anyarray)': compared('>='),
  'array_append(anycompatiblearray,anycompatible)': added('list_append'),
  'array_prepend(anycompatible,anycompatiblearray)': added('list_prepend'),
  'array_cat(anycompatiblearray,anycompatiblearray)': concatenated,
  'array_remove(anycompatiblearray,anycompatible)': removed,
  'array_replace(anycompatiblearray,anycompatible,anycompatible)': replaced,
  'array_position(anycompatiblearray,anycompatible)': position,
  'array_position(anycompatiblearray,anycompatible,int4)': position,
  'array_positions(anycompatiblearray,anycompatible)': ([array, element], call) => {
    listType(array!, call);
    return { sql: `CAST(${positions(array!, element!, undefined)} AS INTEGER[])` };
  },
  'arraycontains(anyarray,anyarray)': ([a, b], call) => covering(a!, b!, 'all', call),
  'arraycontained(anyarray,anyarray)': ([a, b], call) => covering(b!, a!, 'all', call),
  'arrayoverlap(anyarray,anyarray)': ([a, b], call) => covering(a!, b!, 'any', call),
  ...Object.fromEntries(PRINTED.map((type) => [`io(${type},text)`, printed])),
};
