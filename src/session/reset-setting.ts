import { changedModes, changeSetting, checkMayChange, isTransactionMode } from './change-setting.ts';
import type { SessionState } from './session-state.ts';

/** Sets a setting back to what it was at the session's start (RESET, SET ... TO DEFAULT, set_config with null). */
export async function resetSetting(state: SessionState, name: string, isLocal: boolean): Promise<void> {
  const key = name.toLowerCase();
  const { definitions, values } = state.settings;
  if (isTransactionMode(key)) {
    const initial = state.settings.get(`default_${key}`);
    state.block.changeModes(changedModes(state.block.modes, key, initial));
    return;
  }
  if (key === 'session_authorization') return await changeSetting(state, key, state.role, isLocal);
  if (key !== 'role') checkMayChange(state, name);
  if (!isLocal) return values.reset(key);
  values.set(key, values.defaultOf(key) ?? (key === 'role' ? 'none' : (definitions.find(name)?.initial ?? '')), true);
}
