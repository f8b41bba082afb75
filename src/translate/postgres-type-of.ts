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
 * | list | an array; a list of lists is an array of a domain over the inner array |
 * | map | an array of a composite (key, value) |
 * | variant, geometry, geography, unknown, timestamp_ns, timestamptz_ns | a stand-in, for listings only |
 */
import type { Type } from '../iceberg/iceberg.ts';

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

const REMEMBERED =
  /^(?:(?:character varying|varchar|character|char|bpchar)(?: ?\(\d{1,8}\))?|(?:time|timestamp) ?\(\d\)(?: with(?:out)? time zone)?)(?:\[\])?$/;

/** The remembered declaration, if it is one that fits the Iceberg type; anyone may have written the property. */
export function rememberedType(declared: string | undefined, type: Type): string | undefined {
  if (declared === undefined || !REMEMBERED.test(declared)) return undefined;
  const inner = typeof type === 'object' && type.kind === 'list' ? type.element : type;
  if (declared.endsWith('[]') !== (inner !== type)) return undefined;
  const zoned = declared.includes('with time zone');
  const fits = declared.startsWith('timestamp')
    ? inner === (zoned ? 'timestamptz' : 'timestamp')
    : declared.startsWith('time')
      ? inner === 'time' && !zoned
      : inner === 'string';
  return fits ? declared : undefined;
}
