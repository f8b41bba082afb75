import { OID, elementOidOf } from '../../pgtype/oid.ts';

/** Computed with as the text that their output functions print. */
const TEXT_ONLY: readonly number[] = [
  OID.xml,
  OID.timetz,
  OID.bit,
  OID.varbit,
  OID.money,
  OID.inet,
  OID.cidr,
  OID.macaddr,
  OID.macaddr8,
  OID.point,
  OID.lseg,
  OID.path,
  OID.box,
  OID.polygon,
  OID.line,
  OID.circle,
];

const NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  [OID.bool, 'BOOLEAN'],
  [OID.int2, 'SMALLINT'],
  [OID.int4, 'INTEGER'],
  [OID.int8, 'BIGINT'],
  [OID.float4, 'FLOAT'],
  [OID.float8, 'DOUBLE'],
  [OID.text, 'VARCHAR'],
  [OID.varchar, 'VARCHAR'],
  [OID.bpchar, 'VARCHAR'],
  [OID.name, 'VARCHAR'],
  [OID.char, 'VARCHAR'],
  [OID.unknown, 'VARCHAR'],
  [OID.json, 'VARCHAR'],
  [OID.jsonb, 'VARCHAR'],
  [OID.oid, 'BIGINT'],
  [OID.xid, 'BIGINT'],
  ...TEXT_ONLY.map((oid): [number, string] => [oid, 'VARCHAR']),
  [OID.bytea, 'BLOB'],
  [OID.uuid, 'UUID'],
  [OID.date, 'DATE'],
  [OID.time, 'TIME'],
  [OID.timestamp, 'TIMESTAMP'],
  [OID.timestamptz, 'TIMESTAMPTZ'],
  [OID.interval, 'INTERVAL'],
]);

/** DuckDB's type for values of a Postgres type; undefined for types without one, and for numeric (see Decimal). */
export function duckdbType(oid: number): string | undefined {
  const element = elementOidOf(oid);
  if (element === undefined) return NAMES.get(oid);
  const name = NAMES.get(element);
  return name === undefined ? undefined : `${name}[]`;
}
