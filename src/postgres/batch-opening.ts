/**
 * The opening statement of every batch: a transaction in which the session's settings and role hold, and which undoes
 * them when it ends. One SELECT sets all of it; the role comes after the settings, because it may not set.
 */
import type { AnalysisContext } from './postgres.ts';
import { quoteLiteral } from './quote.ts';

/**
 * Settings of the session that change what a statement means or how its values read. All others are the session's own
 * affair; setting them here would be done as superuser.
 */
const PASSED_ON = new Set(
  (
    'search_path timezone datestyle intervalstyle extra_float_digits bytea_output ' +
    'xmlbinary xmloption array_nulls backslash_quote escape_string_warning standard_conforming_strings ' +
    'transform_null_equals quote_all_identifiers row_security default_text_search_config lc_monetary lc_numeric ' +
    'lc_time application_name icu_validation_level timezone_abbreviations'
  ).split(' '),
);

export type BatchKind = 'analyse' | 'read' | 'define';

export function batchOpening(context: AnalysisContext, kind: BatchKind): string {
  const settings: [string, string][] = [];
  for (const [name, value] of context.settings) {
    if (isPassedOn(name)) settings.push([name, value]);
  }
  settings.push(['session_authorization', context.role]);
  if (kind === 'analyse') {
    settings.push(['debug_pretty_print', 'off'], ['client_min_messages', 'log'], ['debug_print_rewritten', 'on']);
  }
  const calls = settings.map(([name, value]) => `set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`);
  return `BEGIN${kind === 'define' ? '' : ' READ ONLY'}; SELECT ${calls.join(', ')}`;
}

/** Whether a batch sets it. Custom settings (`my.variable`) belong to the session and harm nobody. */
export function isPassedOn(name: string): boolean {
  return PASSED_ON.has(name.toLowerCase()) || /^[A-Za-z_][\w$]*\.[A-Za-z_][\w$]*$/.test(name);
}
