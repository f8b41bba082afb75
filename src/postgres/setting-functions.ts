/**
 * Settings belong to the session of the gateway. Functions and views that show them read what the session says in the
 * settings of the batch; set_config() tells the session what it was called with.
 */
import { hiddenSchema } from './hidden-schema.ts';
import { PASSED_ON_SETTINGS } from './passed-on-settings.ts';
import { replaced, replacedInViews } from './replaced-function.ts';

/** The class of notices that say that set_config() was called. */
export const SETTING_SQLSTATE = 'BW003';

/** A JSON object of the settings that only the session knows, by lower-case name, as SHOW prints them. */
export const SESSION_SETTINGS = 'bergwire.session_settings';

/** A JSON object of what RESET goes back to, by lower-case name, where the session knows better. */
export const SETTING_DEFAULTS = 'bergwire.setting_defaults';

/** A JSON list of rows for pg_settings: name, setting, source, reset_val. */
export const SETTING_ROWS = 'bergwire.setting_rows';

const passedOn = PASSED_ON_SETTINGS.map((name) => `'${name}'`).join(', ');

export const settingFunctions: readonly string[] = [
  builtInSetting('text', 'show_config_by_name'),
  builtInSetting('text, boolean', 'show_config_by_name_missing_ok'),
  `CREATE FUNCTION ${hiddenSchema}.unknown_setting(name text, missing_ok boolean) RETURNS text LANGUAGE plpgsql STABLE AS $$
     BEGIN
       IF missing_ok THEN RETURN NULL; END IF;
       RAISE undefined_object USING MESSAGE = pg_catalog.format('unrecognized configuration parameter "%s"', $1);
     END $$`,
  sessionSetting('text', '$1', 'false'),
  sessionSetting('text, boolean', '$1, $2', '$2'),
  `CREATE OR REPLACE FUNCTION pg_catalog.pg_client_encoding() RETURNS name LANGUAGE sql STABLE PARALLEL SAFE
     AS $$ SELECT (${hiddenSchema}.current_setting('${SESSION_SETTINGS}')::pg_catalog.jsonb
       OPERATOR(pg_catalog.->>) 'client_encoding')::pg_catalog.name $$`,
  ...replaced('set_config(text, text, boolean)', setConfig()),
  ...replacedInViews('pg_show_all_settings()', ['pg_settings'], showAllSettings()),
];

function builtInSetting(types: string, builtIn: string): string {
  return `CREATE FUNCTION ${hiddenSchema}.current_setting(${types}) RETURNS text
     LANGUAGE internal STABLE STRICT PARALLEL SAFE AS '${builtIn}'`;
}

/**
 * current_setting() keeps its oid, by which statements on tables know it: its body is put in its place by the planner.
 * Names with a dot are the session's own, whatever other sessions called theirs.
 */
function sessionSetting(types: string, given: string, missingOk: string): string {
  const facts = `nullif(${hiddenSchema}.current_setting('${SESSION_SETTINGS}', true), '')::pg_catalog.jsonb`;
  return `CREATE OR REPLACE FUNCTION pg_catalog.current_setting(${types}) RETURNS text
     LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT coalesce(
       ${facts} OPERATOR(pg_catalog.->>) pg_catalog.lower($1),
       CASE WHEN ${facts} IS NOT NULL AND pg_catalog.strpos($1, '.') OPERATOR(pg_catalog.>) 0
         THEN ${hiddenSchema}.unknown_setting($1, ${missingOk})
         ELSE ${hiddenSchema}.current_setting(${given}) END) $$`;
}

/**
 * Sets the value for the rest of the statement, so that it is checked and seen, and tells the session, which keeps it.
 * It runs as the superuser because nobody else may set anything here; so it sets what everybody may.
 */
function setConfig(): string {
  return `RETURNS text LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER AS $$
    DECLARE
      key pg_catalog.text := pg_catalog.lower($1);
      held pg_catalog.text;
      shown pg_catalog.text := $2;
      facts pg_catalog.text := ${hiddenSchema}.current_setting('${SESSION_SETTINGS}', true);
    BEGIN
      IF key IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'SET requires parameter name';
      END IF;
      IF shown IS NULL THEN
        shown := nullif(${hiddenSchema}.current_setting('${SETTING_DEFAULTS}', true), '')::pg_catalog.jsonb
          OPERATOR(pg_catalog.->>) key;
      END IF;
      IF (key OPERATOR(pg_catalog.~) '^[[:alpha:]_][[:alnum:]_$]*([.][[:alpha:]_][[:alnum:]_$]*)+$'
          AND key OPERATOR(pg_catalog.!~) '^bergwire[.]')
        OR (key OPERATOR(pg_catalog.!~) '^transaction_' AND EXISTS (
          SELECT FROM pg_catalog.bergwire_pg_show_all_settings() AS s
          WHERE pg_catalog.lower(s.name) OPERATOR(pg_catalog.=) key AND s.context OPERATOR(pg_catalog.=) 'user'))
      THEN
        held := ${hiddenSchema}.current_setting($1, true);
        BEGIN
          shown := pg_catalog.bergwire_set_config($1, shown, true);
        EXCEPTION WHEN invalid_parameter_value THEN
          -- The session says what is wrong.
          held := ${hiddenSchema}.current_setting($1, true);
        END;
        IF pg_catalog.strpos(key, '.') OPERATOR(pg_catalog.=) 0
          AND NOT key OPERATOR(pg_catalog.=) ANY (ARRAY[${passedOn}]) THEN
          PERFORM pg_catalog.bergwire_set_config($1, held, true);
        END IF;
      END IF;
      IF facts OPERATOR(pg_catalog.<>) '' THEN
        PERFORM pg_catalog.bergwire_set_config('${SESSION_SETTINGS}', (facts::pg_catalog.jsonb
          OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_object(key, shown))::pg_catalog.text, true);
      END IF;
      RAISE NOTICE USING ERRCODE = '${SETTING_SQLSTATE}', MESSAGE = '+' OPERATOR(pg_catalog.||) $1,
        DETAIL = pg_catalog.jsonb_build_object('value', $2, 'isLocal', coalesce($3, false))::pg_catalog.text;
      RETURN shown;
    END $$`;
}

/** MAX_KILOBYTES is another one where pointers have 32 bits. Names with a dot are not shown. */
function showAllSettings(): string {
  return `(OUT name text, OUT setting text, OUT unit text, OUT category text, OUT short_desc text,
      OUT extra_desc text, OUT context text, OUT vartype text, OUT source text, OUT min_val text, OUT max_val text,
      OUT enumvals text[], OUT boot_val text, OUT reset_val text, OUT sourcefile text, OUT sourceline integer,
      OUT pending_restart boolean)
    RETURNS SETOF record LANGUAGE sql STABLE PARALLEL SAFE ROWS 400 AS $$
      WITH own AS MATERIALIZED (
        SELECT * FROM pg_catalog.jsonb_to_recordset(
          ${hiddenSchema}.current_setting('${SETTING_ROWS}')::pg_catalog.jsonb)
          AS own(name pg_catalog.text, setting pg_catalog.text, source pg_catalog.text, reset_val pg_catalog.text))
      SELECT s.name, coalesce(own.setting, s.setting), s.unit, s.category, s.short_desc, s.extra_desc, s.context,
        s.vartype, coalesce(own.source, s.source), s.min_val,
        CASE WHEN s.unit OPERATOR(pg_catalog.=) 'kB' AND s.max_val OPERATOR(pg_catalog.=) '2097151'
          THEN '2147483647' ELSE s.max_val END, s.enumvals, s.boot_val,
        CASE WHEN own.name IS NULL THEN s.reset_val ELSE own.reset_val END, s.sourcefile, s.sourceline,
        s.pending_restart
      FROM pg_catalog.bergwire_pg_show_all_settings() AS s
        LEFT JOIN own ON own.name OPERATOR(pg_catalog.=) pg_catalog.lower(s.name)
      WHERE pg_catalog.strpos(s.name, '.') OPERATOR(pg_catalog.=) 0 $$`;
}
