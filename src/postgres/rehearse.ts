import { functionOfUser } from './errors.ts';
import type { Send } from './postgres-lane.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';
import { dataRowValues } from './read-reply.ts';
import { query, request, runStatement } from './request.ts';

/** Defaults and checks of a relation that call routines of users. */
export function callsRoutinesQuery(schema: string, name: string): string {
  const relation = quoteLiteral(`${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
  return `SELECT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE d.refclassid = 'pg_catalog.pg_proc'::regclass AND n.nspname !~ '^pg_' AND (
        (d.classid = 'pg_catalog.pg_attrdef'::regclass
          AND d.objid IN (SELECT oid FROM pg_catalog.pg_attrdef WHERE adrelid = ${relation}::regclass)) OR
        (d.classid = 'pg_catalog.pg_constraint'::regclass
          AND d.objid IN (SELECT oid FROM pg_catalog.pg_constraint WHERE conrelid = ${relation}::regclass))))`;
}

/**
 * Runs what anybody may have written into a table's properties in a transaction where nobody can become another role,
 * and which is rolled back. Raises where it calls routines of users: planning would run those as superuser.
 */
export async function rehearse(
  send: Send,
  owner: string,
  statements: readonly string[],
  untrusted: readonly string[],
  { schemaName, relationName }: { readonly schemaName: string; readonly relationName: string },
): Promise<void> {
  const opening = [
    'BEGIN',
    'WITH renumbered AS (UPDATE pg_catalog.pg_authid SET oid = 9999 WHERE oid = 10 RETURNING 1) ' +
      `SELECT pg_catalog.bergwire_set_config('session_authorization', ${quoteLiteral(owner)}, true) FROM renumbered`,
    ...statements,
  ];
  const none = { oids: [], formats: [], values: [] };
  const answers = await send(() =>
    request(
      query(opening.join(';\n')),
      ...untrusted.map((sql) => runStatement(sql, none, [])),
      query(callsRoutinesQuery(schemaName, relationName)),
      query('ROLLBACK'),
    ),
  );
  // Other errors are those of the statements, which the real run raises too.
  const row = answers.at(-2)?.rows[0];
  const value = row && dataRowValues(row)[0];
  if (value && new TextDecoder().decode(value) === 't') throw functionOfUser();
}
