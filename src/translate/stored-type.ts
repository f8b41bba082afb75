/**
 * Postgres types that Iceberg has no type for: what they are stored as. Pure. Text is always what the type's output
 * function prints under the default settings, so other engines read what Postgres would show.
 *
 * | Postgres | Iceberg |
 * |---|---|
 * | smallint | int |
 * | oid, xid | long |
 * | char(n), varchar(n), name, "char" | string; char(n) with its blanks |
 * | numeric without a precision, or with one beyond 38 | string |
 * | json, jsonb, xml, interval, time with time zone, bit strings, money, network addresses, geometry | string |
 *
 * A column of such a type keeps its declaration in the table property `bergwire.type.<field id>`.
 */
import type { PrimitiveType } from '../iceberg/iceberg.ts';
import { OID } from '../pgtype/oid.ts';

/** Undefined for types that are stored as their own Iceberg type, or not at all. */
export function storedType(typeOid: number): PrimitiveType | undefined {
  return BY_OID.get(typeOid);
}

/** As `storedType`, by the name that format_type prints, without typmod. */
export function storedTypeByName(name: string): PrimitiveType | undefined {
  return BY_NAME.get(name);
}

const TYPES: readonly (readonly [name: string, oid: number, stored: PrimitiveType])[] = [
  ['smallint', OID.int2, 'int'],
  ['oid', OID.oid, 'long'],
  ['xid', OID.xid, 'long'],
  ['character varying', OID.varchar, 'string'],
  ['character', OID.bpchar, 'string'],
  ['bpchar', OID.bpchar, 'string'],
  ['name', OID.name, 'string'],
  ['"char"', OID.char, 'string'],
  ['json', OID.json, 'string'],
  ['jsonb', OID.jsonb, 'string'],
  ['xml', OID.xml, 'string'],
  ['interval', OID.interval, 'string'],
  ['time with time zone', OID.timetz, 'string'],
  ['bit', OID.bit, 'string'],
  ['bit varying', OID.varbit, 'string'],
  ['money', OID.money, 'string'],
  ['inet', OID.inet, 'string'],
  ['cidr', OID.cidr, 'string'],
  ['macaddr', OID.macaddr, 'string'],
  ['macaddr8', OID.macaddr8, 'string'],
  ['point', OID.point, 'string'],
  ['lseg', OID.lseg, 'string'],
  ['path', OID.path, 'string'],
  ['box', OID.box, 'string'],
  ['polygon', OID.polygon, 'string'],
  ['line', OID.line, 'string'],
  ['circle', OID.circle, 'string'],
];

const BY_OID: ReadonlyMap<number, PrimitiveType> = new Map(TYPES.map(([, oid, stored]) => [oid, stored]));
const BY_NAME: ReadonlyMap<string, PrimitiveType> = new Map(TYPES.map(([name, , stored]) => [name, stored]));
