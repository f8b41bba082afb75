import type { Statement } from '../sql/sql.ts';
import { isTransactionMode } from './change-setting.ts';
import { unknownSetting } from './errors.ts';
import { textPlan } from './plan.ts';
import type { Plan } from './plan.ts';
import type { SessionState } from './session-state.ts';
import { textField } from './text-rows.ts';

/** SHOW name and SHOW ALL. */
export function showStatement(state: SessionState, statement: Statement, name: string): Plan {
  if (name.toLowerCase() === 'all') {
    const fields = ['name', 'setting', 'description'].map(textField);
    return textPlan(statement, fields, 'SHOW', async () => showAll(state));
  }
  shownValue(state, name);
  const known = state.settings.definitions.find(name)?.name ?? name;
  return textPlan(statement, [textField(known)], 'SHOW', async () => [[shownValue(state, name)]]);
}

/** The value of a setting at this moment; 42704 where there is none. */
export function shownValue(state: SessionState, name: string): string {
  const key = name.toLowerCase();
  if (isTransactionMode(key)) return modeValue(state, key);
  if (key === 'role') return state.settings.values.get('role') ?? 'none';
  if (key === 'seed') return 'unavailable';
  const value = state.settings.find(name);
  if (value === undefined) throw unknownSetting(name);
  return value;
}

function modeValue(state: SessionState, name: string): string {
  const { isolation, readOnly, deferrable } = state.block.modes;
  if (name === 'transaction_isolation') return isolation;
  return (name === 'transaction_read_only' ? readOnly : deferrable) ? 'on' : 'off';
}

function showAll(state: SessionState): readonly (readonly string[])[] {
  return [...state.settings.definitions.all()]
    .filter(({ name }) => name !== 'role')
    .map(({ name, about }) => [name, shownValue(state, name), about]);
}
