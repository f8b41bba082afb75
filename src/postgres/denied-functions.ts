/**
 * Functions that clients may not run in the embedded Postgres, because they would change other sessions, stop the
 * instance, reach files, or run SQL text over the empty mirror, which would silently answer wrong. Roles are never
 * superusers there, so whatever PostgreSQL keeps from PUBLIC by itself is closed already.
 */
export const deniedFunctions: readonly string[] = [
  // Settings and roles: one instance serves all sessions.
  'bergwire_set_config setseed',
  // Locks would outlive the batch.
  'pg_advisory_lock pg_advisory_lock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared',
  'pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared',
  'pg_advisory_unlock pg_advisory_unlock_all pg_advisory_unlock_shared',
  // The instance's own process, which session-functions.ts hides; snapshots.
  'bergwire_pg_terminate_backend bergwire_pg_cancel_backend pg_export_snapshot',
  // Large objects and files.
  'lo_creat lo_create lo_open lo_close loread lowrite lo_lseek lo_lseek64 lo_tell lo_tell64 lo_truncate lo_truncate64',
  'lo_unlink lo_from_bytea lo_put lo_get lo_import lo_export',
  'pg_read_file pg_read_binary_file pg_ls_dir pg_stat_file',
  // SQL text in a string reads the mirror, which is empty.
  'query_to_xml query_to_xmlschema query_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema',
  'table_to_xml table_to_xmlschema table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema',
  'schema_to_xml_and_xmlschema database_to_xml database_to_xmlschema database_to_xml_and_xmlschema',
  'ts_stat',
].flatMap((line) => line.split(' '));

/** One session has a private instance to itself, and what SQL text in a string reads there is real. */
export const functionsAllowedInPrivate: readonly string[] = deniedFunctions.filter((name) =>
  /^(setseed|ts_stat)|_to_xml/.test(name),
);

/** What to do instead of calling a function that nobody may, because the gateway lacks what it is for. */
export function insteadOfFunction(name: string): string | undefined {
  if (/^pg_(?:try_)?advisory_/.test(name)) return 'Call it by itself, as SELECT pg_advisory_lock(1).';
  if (name === 'pg_export_snapshot') return 'Let every session read the same snapshot of a table by time travel.';
  return /^lo(?:_|read$|write$)/.test(name) ? 'Keep the bytes in a column of type bytea.' : undefined;
}
