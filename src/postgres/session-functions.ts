/**
 * Functions of the embedded Postgres whose answers belong to the session of the gateway that asks. Others
 * stand in their place: what they would do there is told to the gateway, and what they would know comes from it in
 * settings of the batch.
 */

/** The class of notices that say that pg_notify() was called. */
export const NOTIFICATION_SQLSTATE = 'BW001';

/** A JSON list of the channels that the session listens to. */
export const LISTENING_CHANNELS = 'bergwire.listening_channels';

export const sessionFunctions: readonly string[] = [
  ...replaced(
    'pg_notify(text, text)',
    `RETURNS void LANGUAGE plpgsql VOLATILE PARALLEL RESTRICTED AS $$
     BEGIN
       RAISE NOTICE USING ERRCODE = '${NOTIFICATION_SQLSTATE}',
         MESSAGE = '+' || coalesce($1, ''), DETAIL = '+' || coalesce($2, '');
     END $$`,
  ),
  ...replaced(
    'pg_listening_channels()',
    `RETURNS SETOF text LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 10
     RETURN pg_catalog.jsonb_array_elements_text(
       coalesce(nullif(pg_catalog.current_setting('${LISTENING_CHANNELS}', true), ''), '[]')::pg_catalog.jsonb)`,
  ),
];

/** Postgres calls what is built in by its oid, whatever pg_proc says: the new function takes the name from the old. */
function replaced(signature: string, definition: string): string[] {
  const name = signature.slice(0, signature.indexOf('('));
  return [
    `ALTER FUNCTION pg_catalog.${signature} RENAME TO bergwire_${name}`,
    `CREATE FUNCTION pg_catalog.${signature} ${definition}`,
  ];
}
