/**
 * Iceberg types and Postgres types, both directions. Pure.
 *
 * | Iceberg | Postgres |
 * |---|---|
 * | boolean, int, long, float, double | bool, int4, int8, float4, float8 |
 * | decimal(p, s) | numeric(p, s) |
 * | date, time, timestamp, timestamptz | the same names (6 digits) |
 * | string, uuid, binary, fixed | text, uuid, bytea, bytea |
 * | struct | a composite type |
 * | list | an array; a list of lists is an array of a domain over the inner array, unless declared here |
 * | map | an array of a composite (key, value) |
 * | variant, geometry, geography, unknown, timestamp_ns, timestamptz_ns | a stand-in, for listings only |
 */
import type { Type } from '../iceberg/iceberg.ts';
import { storedTypeByName } from './stored-type.ts';

export type PostgresType =
  /** SQL text of a built-in type. */
  | { readonly kind: 'builtIn'; readonly sql: string }
  | { readonly kind: 'array'; readonly element: PostgresType }
  | { readonly kind: 'composite'; readonly fields: readonly { readonly name: string; readonly type: PostgresType }[] }
  /** `name` is the Iceberg type that Postgres cannot hold. */
  | { readonly kind: 'standIn'; readonly sql: string; readonly name: string };

const BUILT_IN: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  int: 'integer',
  long: 'bigint',
  float: 'real',
  double: 'double precision',
  date: 'date',
  time: 'time without time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  string: 'text',
  uuid: 'uuid',
  binary: 'bytea',
};

const STAND_IN: Readonly<Record<string, string>> = {
  timestamp_ns: 'timestamp without time zone',
  timestamptz_ns: 'timestamp with time zone',
  variant: 'jsonb',
  unknown: 'text',
};

/** The type by which the mirror shows an Iceberg type. */
export function postgresTypeOf(type: Type): PostgresType {
  if (typeof type === 'string') {
    const sql = BUILT_IN[type];
    return sql === undefined
      ? { kind: 'standIn', sql: STAND_IN[type] ?? 'text', name: type }
      : { kind: 'builtIn', sql };
  }
  switch (type.kind) {
    case 'decimal':
      return { kind: 'builtIn', sql: `numeric(${type.precision},${type.scale})` };
    case 'fixed':
      return { kind: 'builtIn', sql: 'bytea' };
    case 'geometry':
    case 'geography':
      return { kind: 'standIn', sql: 'text', name: type.kind };
    case 'list':
      return { kind: 'array', element: postgresTypeOf(type.element) };
    case 'map': {
      const fields = [
        { name: 'key', type: postgresTypeOf(type.key) },
        { name: 'value', type: postgresTypeOf(type.value) },
      ];
      return { kind: 'array', element: { kind: 'composite', fields } };
    }
    case 'struct':
      return {
        kind: 'composite',
        fields: type.fields.map((field) => ({ name: field.name, type: postgresTypeOf(field.type) })),
      };
  }
}

/** The Iceberg type inside that Postgres cannot hold, if any. */
export function unsupportedPart(type: PostgresType): string | undefined {
  switch (type.kind) {
    case 'builtIn':
      return undefined;
    case 'standIn':
      return type.name;
    case 'array':
      return unsupportedPart(type.element);
    case 'composite':
      return type.fields.map((field) => unsupportedPart(field.type)).find((name) => name !== undefined);
  }
}

const TYPMOD = String.raw`\(-?\d{1,8}(?:,-?\d{1,8})?\)`;
const FIELDS = String.raw`(?: (?:year|month|day|hour|minute|second)(?: to (?:month|hour|minute|second))?)?`;
/** What format_type prints of the types of stored-type.ts and of those whose typmod Iceberg does not keep. */
const REMEMBERED = new RegExp(
  String.raw`^((?:time|timestamp)(?: ?\(\d\))?(?: with(?:out)? time zone)|interval${FIELDS}(?:\(\d\))?|"?[a-z]+[0-9]?"?(?: varying| precision)?(?: ?${TYPMOD})?)((?:\[\]){0,6})$`,
);

/** The remembered declaration, if it is one that fits the Iceberg type; anyone may have written the property. */
export function rememberedType(declared: string | undefined, type: Type): string | undefined {
  const match = declared === undefined ? null : REMEMBERED.exec(declared);
  if (declared === undefined || match === null) return undefined;
  let inner = type;
  for (let depth = match[2]!.length / 2; depth > 0; depth--) {
    if (typeof inner !== 'object' || inner.kind !== 'list') return undefined;
    inner = inner.element;
  }
  if (typeof inner === 'object' && inner.kind === 'list') return undefined;
  const name = match[1]!.replace(/ ?\(.*\)/, '').replace(/^interval .*/, 'interval');
  return fits(name, match[1]!, inner) ? declared : undefined;
}

function fits(name: string, whole: string, type: Type): boolean {
  const stored = storedTypeByName(name === 'char' ? 'character' : name === 'varchar' ? 'character varying' : name);
  if (stored !== undefined) return stored === type;
  if (name === 'numeric' && type === 'string') return true;
  const own = postgresTypeOf(type);
  return own.kind === 'builtIn' && (own.sql === name || own.sql === whole);
}
