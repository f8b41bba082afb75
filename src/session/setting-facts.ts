import { inBaseUnit } from './check-setting-value.ts';
import { isTransactionMode } from './change-setting.ts';
import type { SessionState } from './session-state.ts';
import { shownValue } from './show-statement.ts';

/** What pg_settings says of the settings that the session knows better than the embedded Postgres. */
export function settingFacts(state: SessionState): readonly Readonly<Record<string, unknown>>[] {
  const { settings } = state;
  const rows = [...settings.values.all().keys()].map((name) => {
    const definition = settings.definitions.find(name);
    const value = (text: string | undefined) => (text === undefined ? null : inBaseUnit(definition, text));
    return {
      name,
      setting: value(settings.get(name)),
      source: settings.sourceOf(name),
      reset_val: value(settings.values.defaultOf(name) ?? definition?.initial),
    };
  });
  const modes = ['transaction_isolation', 'transaction_read_only', 'transaction_deferrable'].filter(isTransactionMode);
  return [
    ...rows.filter(({ name }) => settings.definitions.find(name) !== undefined),
    ...modes.map((name) => ({
      name,
      setting: shownValue(state, name),
      source: shownValue(state, name) === settings.get(`default_${name}`) ? 'override' : 'session',
      reset_val: settings.definitions.find(name)?.initial ?? null,
    })),
  ];
}
