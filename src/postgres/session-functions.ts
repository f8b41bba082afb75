/**
 * Functions of the embedded Postgres whose answers belong to the session of the gateway that asks. Others
 * stand in their place: what they would do there is told to the gateway, and what they would know comes from it in
 * settings of the batch.
 */

import { activityFunctions } from './activity-functions.ts';
import { hiddenSchema } from './hidden-schema.ts';
import type { PostgresSignal } from './postgres.ts';
import { replaced } from './replaced-function.ts';
import { settingFunctions } from './setting-functions.ts';
import { sslinfoFunctions } from './sslinfo-functions.ts';

/** The class of notices that say that pg_notify() was called. */
export const NOTIFICATION_SQLSTATE = 'BW001';

/** The class of notices that say that a signal was sent to a session. */
export const SIGNAL_SQLSTATE = 'BW002';

/** The process id that the session's client was told. */
export const PROCESS_ID = 'bergwire.process_id';

/** A JSON object of the sessions by process id: whether the asking role may signal them. */
export const SESSIONS = 'bergwire.sessions';

/** A JSON list of the channels that the session listens to. */
export const LISTENING_CHANNELS = 'bergwire.listening_channels';

export const sessionFunctions: readonly string[] = [
  ...settingFunctions,
  ...activityFunctions,
  ...sslinfoFunctions,
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
  // It keeps its oid as current_setting() does. Where the session did not say (a default that calls it), it fails.
  `CREATE OR REPLACE FUNCTION pg_catalog.pg_backend_pid() RETURNS integer LANGUAGE sql STABLE PARALLEL RESTRICTED
     AS $$ SELECT ${hiddenSchema}.current_setting('${PROCESS_ID}')::pg_catalog.int4 $$`,
  ...replaced('pg_cancel_backend(integer)', signal('cancel', 'cancel query', 'cancel this query')),
  `ALTER FUNCTION pg_catalog.pg_terminate_backend(integer, bigint) RENAME TO bergwire_pg_terminate_backend`,
  `CREATE FUNCTION pg_catalog.pg_terminate_backend(pid integer, timeout bigint DEFAULT 0) ${signal(
    'terminate',
    'terminate process',
    'terminate this process',
    `IF timeout < 0 THEN
       RAISE numeric_value_out_of_range USING MESSAGE = '"timeout" must not be negative';
     ELSIF timeout > 0 THEN
       RAISE feature_not_supported USING MESSAGE = 'pg_terminate_backend() with a timeout is not supported',
         HINT = 'Call it without a timeout.';
     END IF;`,
  )}`,
];

/** Answers whether there is such a session, and tells the gateway, which sends the signal after the statement. */
function signal(kind: PostgresSignal['kind'], what: string, may: string, check = ''): string {
  return `RETURNS boolean LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
    DECLARE
      allowed pg_catalog.text := pg_catalog.current_setting('${SESSIONS}')::pg_catalog.jsonb
        OPERATOR(pg_catalog.->>) $1::pg_catalog.text;
    BEGIN
      ${check}
      IF allowed IS NULL THEN
        RAISE WARNING USING MESSAGE = pg_catalog.format('PID %s is not a PostgreSQL backend process', $1);
        RETURN false;
      ELSIF allowed OPERATOR(pg_catalog.=) 'false' THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to ${what}',
          DETAIL = 'Only the same role and the first role of the database may ${may}.';
      END IF;
      RAISE NOTICE USING ERRCODE = '${SIGNAL_SQLSTATE}', MESSAGE = '${kind} ' OPERATOR(pg_catalog.||) $1::pg_catalog.text;
      RETURN true;
    END $$`;
}
