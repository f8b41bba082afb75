/**
 * The opening statement of every batch: a transaction in which the session's settings and role hold, and which undoes
 * them when it ends. One SELECT sets all of it; the role comes after the settings, because it may not set.
 */
import type { AnalysisContext } from './postgres.ts';
import { PASSED_ON_SETTINGS } from './passed-on-settings.ts';
import { quoteLiteral } from './quote.ts';

const PASSED_ON = new Set(PASSED_ON_SETTINGS);

/** Of a context's settings: the role that logged in, where that is not the one that statements run as. */
export const SESSION_ROLE = 'session_authorization';

export type BatchKind = 'analyse' | 'read' | 'define';

/**
 * `locked`: what follows may run what users wrote, so nobody may become another role in it. The instance's superuser
 * (oid 10, the authenticated user) has another oid until the transaction ends, which must be by ROLLBACK; see
 * private-postgres.ts.
 */
export function batchOpening(context: AnalysisContext, kind: BatchKind, locked = false): string {
  const readOnly = kind === 'define' ? '' : ' READ ONLY';
  const settings = batchSettings(context, kind, locked);
  if (!locked) return `BEGIN${readOnly}; ${settings}`;
  return readOnly === '' ? `BEGIN; ${settings}` : `BEGIN; ${settings}; SET TRANSACTION${readOnly}`;
}

/** The settings and the role alone, for a transaction that has begun already. */
export function batchSettings(context: AnalysisContext, kind: BatchKind, locked: boolean): string {
  const settings: [string, string][] = [];
  for (const [name, value] of context.settings) {
    if (isPassedOn(name)) settings.push([name, value]);
  }
  const sessionRole = context.settings.get(SESSION_ROLE) ?? context.role;
  settings.push(['session_authorization', sessionRole]);
  if (sessionRole !== context.role) settings.push(['role', context.role]);
  if (kind === 'analyse') {
    settings.push(['debug_pretty_print', 'off'], ['client_min_messages', 'log'], ['debug_print_rewritten', 'on']);
  }
  const calls = settings.map(
    ([name, value]) => `pg_catalog.bergwire_set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`,
  );
  if (!locked) return `SELECT ${calls.join(', ')}`;
  const renumbered = 'UPDATE pg_catalog.pg_authid SET oid = 9999 WHERE oid = 10 RETURNING 1';
  return `WITH renumbered AS (${renumbered}) SELECT ${calls.join(', ')} FROM renumbered`;
}

/** Whether a batch sets it. Custom settings (`my.variable`) belong to the session and harm nobody. */
export function isPassedOn(name: string): boolean {
  return PASSED_ON.has(name.toLowerCase()) || /^[A-Za-z_][\w$]*\.[A-Za-z_][\w$]*$/.test(name);
}
