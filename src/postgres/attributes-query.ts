import type { MirrorPlan } from './mirror-table-ddl.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';

/** Oid, and number, type and typmod of each attribute of a mirrored relation. */
export function attributesQuery({ schemaName, relationName }: MirrorPlan): string {
  const relation = quoteLiteral(`${quoteIdentifier(schemaName)}.${quoteIdentifier(relationName)}`);
  return `SELECT c.oid, a.attnum, a.atttypid, a.atttypmod FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.oid = ${relation}::pg_catalog.regclass ORDER BY a.attnum`;
}
