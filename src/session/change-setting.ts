import { notSupported } from '../base/sql-error.ts';
import { queryText, quoteLiteral } from './query-text.ts';
import {
  fixedSetting,
  invalidSettingName,
  notABoolean,
  reservedSettingName,
  settingDenied,
  unknownSetting,
} from './errors.ts';
import { isPassedOn } from '../postgres/batch-opening.ts';
import { changeRole } from './change-role.ts';
import { checkSettingValue } from './check-setting-value.ts';
import { OWN_SETTINGS, readBoolean } from './own-settings.ts';
import type { SessionState } from './session-state.ts';
import type { TransactionModes } from './transaction-block.ts';

/** Sets a setting (SET, set_config, the startup packet) once Postgres says that the value is one. */
export async function changeSetting(state: SessionState, name: string, value: string, isLocal: boolean): Promise<void> {
  const key = name.toLowerCase();
  if (isTransactionMode(key)) {
    state.block.changeModes(changedModes(state.block.modes, key, value));
    return;
  }
  if (key === 'role' || key === 'session_authorization') return await changeRole(state, key, value, isLocal);
  state.settings.values.set(key, await checkedSetting(state, name, value), isLocal);
}

/** The value as SHOW prints it; raises what Postgres raises for a bad one or a setting that can't be set. */
export async function checkedSetting(state: SessionState, name: string, value: string): Promise<string> {
  const key = name.toLowerCase();
  checkMayChange(state, name);
  const own = OWN_SETTINGS.get(key);
  if (own !== undefined) return own.check(key, value);
  if (!isPassedOn(key)) return checkSettingValue(state.settings.definitions.find(name), value);
  const context = state.context();
  // Under its other spelling the new value comes after the old one: half a DateStyle keeps the other half.
  const spelling = state.settings.definitions.find(name)?.name ?? name;
  const tried = { ...context, settings: new Map(context.settings).set(spelling, value) };
  const shown = await queryText(
    state.host.database,
    state.host.grammar,
    tried,
    `SELECT pg_catalog.current_setting(${quoteLiteral(name)})`,
  );
  return shown[0]?.[0] ?? value;
}

/** Raises where the setting does not exist (42704) or can't be set by a session. */
export function checkMayChange(state: SessionState, name: string): void {
  if (OWN_SETTINGS.has(name.toLowerCase()) || isCustomName(name)) return;
  if (name.includes('.')) throw invalidSettingName(name);
  if (name.toLowerCase() === 'is_superuser') throw fixedSetting('is_superuser', 'changed');
  if (name.toLowerCase() === 'seed')
    throw notSupported('setting the seed of random()', 'Compute pseudo-random values from a column instead.');
  const definition = state.settings.definitions.find(name);
  if (definition === undefined) throw unknownSetting(name);
  switch (definition.context) {
    case 'user':
      return;
    case 'superuser':
    case 'superuser-backend':
      throw settingDenied(definition.name);
    case 'internal':
      throw fixedSetting(definition.name, 'changed');
    case 'postmaster':
      throw fixedSetting(definition.name, 'changed without restarting the server');
    case 'sighup':
      throw fixedSetting(definition.name, 'changed now');
    default:
      throw fixedSetting(definition.name, 'set after connection start');
  }
}

/** `a.b`: anybody's own setting (valid_custom_variable_name). */
function isCustomName(name: string): boolean {
  if (/^bergwire\./i.test(name)) throw reservedSettingName(name, 'bergwire');
  return /^[\p{L}_][\p{L}\p{N}_$]*(\.[\p{L}_][\p{L}\p{N}_$]*)+$/u.test(name);
}

export function isTransactionMode(name: string): boolean {
  return name === 'transaction_isolation' || name === 'transaction_read_only' || name === 'transaction_deferrable';
}

/** The modes with one of them changed, as `SET transaction_read_only = on` does. */
export function changedModes(modes: TransactionModes, name: string, value: string): TransactionModes {
  if (name === 'transaction_isolation') {
    const isolation = OWN_SETTINGS.get('default_transaction_isolation')!.check(name, value);
    return { ...modes, isolation: isolation as TransactionModes['isolation'] };
  }
  const on = readBoolean(value);
  if (on === undefined) throw notABoolean(name);
  return name === 'transaction_read_only' ? { ...modes, readOnly: on } : { ...modes, deferrable: on };
}
