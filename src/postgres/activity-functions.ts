/**
 * What the sessions of the gateway do: functions behind pg_prepared_statements, pg_cursors, pg_stat_activity and its
 * kin, and the addresses of the connection. Where the session did not say, they fail rather than answer wrong.
 */
import { hiddenSchema } from './hidden-schema.ts';
import { replacedInViews } from './replaced-function.ts';

/** A JSON list of rows for pg_prepared_statements. */
export const PREPARED_STATEMENTS = 'bergwire.prepared_statements';

/** A JSON list of rows for pg_cursors. */
export const CURSORS = 'bergwire.cursors';

/** A JSON list of rows for pg_stat_activity and pg_stat_ssl, by the names of pg_stat_get_activity(); `role` for usesysid. */
export const ACTIVITY = 'bergwire.activity';

/** A JSON object: client_addr, client_port, server_addr, server_port of the connection. */
export const CONNECTION = 'bergwire.connection';

const ACTIVITY_VIEWS = ['pg_stat_activity', 'pg_stat_replication', 'pg_stat_ssl', 'pg_stat_gssapi'];

export const activityFunctions: readonly string[] = [
  ...replacedInViews(
    'pg_prepared_statement()',
    ['pg_prepared_statements'],
    `(OUT name text, OUT statement text, OUT prepare_time timestamptz, OUT parameter_types regtype[],
       OUT result_types regtype[], OUT from_sql boolean, OUT generic_plans bigint, OUT custom_plans bigint)
     RETURNS SETOF record LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 10 AS $$
       SELECT * FROM ${recordset(PREPARED_STATEMENTS)} AS s(name pg_catalog.text, statement pg_catalog.text,
         prepare_time pg_catalog.timestamptz, parameter_types pg_catalog._regtype, result_types pg_catalog._regtype,
         from_sql pg_catalog.bool, generic_plans pg_catalog.int8, custom_plans pg_catalog.int8) $$`,
  ),
  ...replacedInViews(
    'pg_cursor()',
    ['pg_cursors'],
    `(OUT name text, OUT statement text, OUT is_holdable boolean, OUT is_binary boolean, OUT is_scrollable boolean,
       OUT creation_time timestamptz)
     RETURNS SETOF record LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 10 AS $$
       SELECT * FROM ${recordset(CURSORS)} AS s(name pg_catalog.text, statement pg_catalog.text,
         is_holdable pg_catalog.bool, is_binary pg_catalog.bool, is_scrollable pg_catalog.bool,
         creation_time pg_catalog.timestamptz) $$`,
  ),
  ...replacedInViews('pg_stat_get_activity(integer)', ACTIVITY_VIEWS, activity()),
  address('inet_client_addr', 'inet', 'client_addr'),
  address('inet_client_port', 'int4', 'client_port'),
  address('inet_server_addr', 'inet', 'server_addr'),
  address('inet_server_port', 'int4', 'server_port'),
];

function recordset(setting: string): string {
  return `pg_catalog.jsonb_to_recordset(${hiddenSchema}.current_setting('${setting}')::pg_catalog.jsonb)`;
}

/** They keep their oids as current_setting() does. */
function address(name: string, type: string, fact: string): string {
  return `CREATE OR REPLACE FUNCTION pg_catalog.${name}() RETURNS ${type} LANGUAGE sql STABLE PARALLEL RESTRICTED AS $$
    SELECT (${hiddenSchema}.current_setting('${CONNECTION}')::pg_catalog.jsonb
      OPERATOR(pg_catalog.->>) '${fact}')::pg_catalog.${type} $$`;
}

function activity(): string {
  return `(pid integer, OUT datid oid, OUT pid integer, OUT usesysid oid, OUT application_name text, OUT state text,
      OUT query text, OUT wait_event_type text, OUT wait_event text, OUT xact_start timestamptz,
      OUT query_start timestamptz, OUT backend_start timestamptz, OUT state_change timestamptz, OUT client_addr inet,
      OUT client_hostname text, OUT client_port integer, OUT backend_xid xid, OUT backend_xmin xid,
      OUT backend_type text, OUT ssl boolean, OUT sslversion text, OUT sslcipher text, OUT sslbits integer,
      OUT ssl_client_dn text, OUT ssl_client_serial numeric, OUT ssl_issuer_dn text, OUT gss_auth boolean,
      OUT gss_princ text, OUT gss_enc boolean, OUT gss_delegation boolean, OUT leader_pid integer, OUT query_id bigint)
    RETURNS SETOF record LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 100 AS $$
      SELECT d.oid, s.pid, r.oid, s.application_name, s.state, s.query, s.wait_event_type, s.wait_event, s.xact_start,
        s.query_start, s.backend_start, s.state_change, s.client_addr, NULL::pg_catalog.text, s.client_port,
        NULL::pg_catalog.xid, NULL::pg_catalog.xid, 'client backend'::pg_catalog.text, s.ssl, s.sslversion,
        s.sslcipher, s.sslbits, s.ssl_client_dn, s.ssl_client_serial, s.ssl_issuer_dn, s.gss_auth,
        NULL::pg_catalog.text, s.gss_auth, s.gss_auth, NULL::pg_catalog.int4, NULL::pg_catalog.int8
      FROM ${recordset(ACTIVITY)} AS s(pid pg_catalog.int4, role pg_catalog.text, application_name pg_catalog.text,
          state pg_catalog.text, query pg_catalog.text, wait_event_type pg_catalog.text, wait_event pg_catalog.text,
          xact_start pg_catalog.timestamptz, query_start pg_catalog.timestamptz,
          backend_start pg_catalog.timestamptz, state_change pg_catalog.timestamptz, client_addr pg_catalog.inet,
          client_port pg_catalog.int4, ssl pg_catalog.bool, sslversion pg_catalog.text, sslcipher pg_catalog.text,
          sslbits pg_catalog.int4, ssl_client_dn pg_catalog.text, ssl_client_serial pg_catalog.numeric,
          ssl_issuer_dn pg_catalog.text, gss_auth pg_catalog.bool)
        JOIN pg_catalog.pg_database AS d ON d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
        LEFT JOIN pg_catalog.pg_roles AS r ON r.rolname OPERATOR(pg_catalog.=) s.role::pg_catalog.name
      WHERE $1 IS NULL OR s.pid OPERATOR(pg_catalog.=) $1 $$`;
}
