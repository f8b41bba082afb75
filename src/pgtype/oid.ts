/**
 * Type oids of PostgreSQL (pg_type.dat). `typlen` is what RowDescription shows: bytes, -1 for variable length,
 * -2 for a C string.
 */
export const OID = {
  bool: 16,
  bytea: 17,
  char: 18,
  name: 19,
  int8: 20,
  int2: 21,
  int2vector: 22,
  int4: 23,
  regproc: 24,
  text: 25,
  oid: 26,
  tid: 27,
  xid: 28,
  cid: 29,
  oidvector: 30,
  json: 114,
  xml: 142,
  float4: 700,
  float8: 701,
  unknown: 705,
  money: 790,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  timetz: 1266,
  bit: 1560,
  varbit: 1562,
  numeric: 1700,
  refcursor: 1790,
  regprocedure: 2202,
  regoper: 2203,
  regoperator: 2204,
  regclass: 2205,
  regtype: 2206,
  record: 2249,
  recordArray: 2287,
  cstring: 2275,
  any: 2276,
  anyarray: 2277,
  void: 2278,
  uuid: 2950,
  regconfig: 3734,
  regdictionary: 3769,
  jsonb: 3802,
  jsonpath: 4072,
  regnamespace: 4089,
  regrole: 4096,
  regcollation: 4191,
  xid8: 5069,
} as const;

type BuiltIn = { readonly typlen: number; readonly arrayOid: number };

const BUILT_INS: ReadonlyMap<number, BuiltIn> = new Map<number, BuiltIn>([
  [OID.bool, { typlen: 1, arrayOid: 1000 }],
  [OID.bytea, { typlen: -1, arrayOid: 1001 }],
  [OID.char, { typlen: 1, arrayOid: 1002 }],
  [OID.name, { typlen: 64, arrayOid: 1003 }],
  [OID.int8, { typlen: 8, arrayOid: 1016 }],
  [OID.int2, { typlen: 2, arrayOid: 1005 }],
  [OID.int2vector, { typlen: -1, arrayOid: 1006 }],
  [OID.int4, { typlen: 4, arrayOid: 1007 }],
  [OID.regproc, { typlen: 4, arrayOid: 1008 }],
  [OID.text, { typlen: -1, arrayOid: 1009 }],
  [OID.oid, { typlen: 4, arrayOid: 1028 }],
  [OID.tid, { typlen: 6, arrayOid: 1010 }],
  [OID.xid, { typlen: 4, arrayOid: 1011 }],
  [OID.cid, { typlen: 4, arrayOid: 1012 }],
  [OID.oidvector, { typlen: -1, arrayOid: 1013 }],
  [OID.json, { typlen: -1, arrayOid: 199 }],
  [OID.xml, { typlen: -1, arrayOid: 143 }],
  [OID.float4, { typlen: 4, arrayOid: 1021 }],
  [OID.float8, { typlen: 8, arrayOid: 1022 }],
  [OID.unknown, { typlen: -2, arrayOid: 0 }],
  [OID.money, { typlen: 8, arrayOid: 791 }],
  [OID.bpchar, { typlen: -1, arrayOid: 1014 }],
  [OID.varchar, { typlen: -1, arrayOid: 1015 }],
  [OID.date, { typlen: 4, arrayOid: 1182 }],
  [OID.time, { typlen: 8, arrayOid: 1183 }],
  [OID.timestamp, { typlen: 8, arrayOid: 1115 }],
  [OID.timestamptz, { typlen: 8, arrayOid: 1185 }],
  [OID.interval, { typlen: 16, arrayOid: 1187 }],
  [OID.timetz, { typlen: 12, arrayOid: 1270 }],
  [OID.bit, { typlen: -1, arrayOid: 1561 }],
  [OID.varbit, { typlen: -1, arrayOid: 1563 }],
  [OID.numeric, { typlen: -1, arrayOid: 1231 }],
  [OID.refcursor, { typlen: -1, arrayOid: 2201 }],
  [OID.regprocedure, { typlen: 4, arrayOid: 2207 }],
  [OID.regoper, { typlen: 4, arrayOid: 2208 }],
  [OID.regoperator, { typlen: 4, arrayOid: 2209 }],
  [OID.regclass, { typlen: 4, arrayOid: 2210 }],
  [OID.regtype, { typlen: 4, arrayOid: 2211 }],
  [OID.record, { typlen: -1, arrayOid: OID.recordArray }],
  [OID.cstring, { typlen: -2, arrayOid: 1263 }],
  [OID.any, { typlen: 4, arrayOid: 0 }],
  [OID.anyarray, { typlen: -1, arrayOid: 0 }],
  [OID.void, { typlen: 4, arrayOid: 0 }],
  [OID.uuid, { typlen: 16, arrayOid: 2951 }],
  [OID.regconfig, { typlen: 4, arrayOid: 3735 }],
  [OID.regdictionary, { typlen: 4, arrayOid: 3770 }],
  [OID.jsonb, { typlen: -1, arrayOid: 3807 }],
  [OID.jsonpath, { typlen: -1, arrayOid: 4073 }],
  [OID.regnamespace, { typlen: 4, arrayOid: 4090 }],
  [OID.regrole, { typlen: 4, arrayOid: 4097 }],
  [OID.regcollation, { typlen: 4, arrayOid: 4192 }],
  [OID.xid8, { typlen: 8, arrayOid: 271 }],
]);

const ELEMENTS: ReadonlyMap<number, number> = new Map(
  [...BUILT_INS].flatMap(([oid, { arrayOid }]) => (arrayOid === 0 ? [] : [[arrayOid, oid] as const])),
);

/** typlen of a built-in type or array of one; types of a schema's own (composites, domains over arrays) are -1. */
export function typeLength(oid: number): number {
  return BUILT_INS.get(oid)?.typlen ?? -1;
}

/** The built-in array type over `oid`, or undefined where there is none. */
export function arrayOidOf(oid: number): number | undefined {
  const array = BUILT_INS.get(oid)?.arrayOid;
  return array === 0 ? undefined : array;
}

/** The element type of a built-in array type (int2vector and oidvector are none here), or undefined. */
export function elementOidOf(arrayOid: number): number | undefined {
  return ELEMENTS.get(arrayOid);
}
