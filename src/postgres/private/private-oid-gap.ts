/** Oids that a private instance leaves to the mirror; a mirrored table takes about six, each time it is made. */
export const PRIVATE_OID_GAP = 300_000;

/** FirstNormalObjectId: the first oid that is not PostgreSQL's own. */
export const FIRST_USER_OID = 16_384;
