import { OID } from '../../pgtype/oid.ts';

/** Types whose binary form is their text: no version byte, no typmod. */
export const AS_TEXT: ReadonlySet<number> = new Set([
  OID.text,
  OID.varchar,
  OID.bpchar,
  OID.name,
  OID.unknown,
  OID.json,
]);
