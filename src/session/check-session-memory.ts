import { sessionTooLarge } from './errors.ts';
import type { SessionState } from './session-state.ts';

/** A plan takes many times its text. */
const BYTES_PER_CHARACTER = 100;
const FIXED_BYTES = 2000;

/** Raises 53400 where the session would hold more than it may with so many bytes more. */
export function checkSessionMemory(state: SessionState, moreBytes = 0): void {
  const { sessionBytes } = state.host.limits;
  let bytes = moreBytes;
  for (const [name, { text }] of state.statements) if (name !== '') bytes += textBytes(text);
  for (const { parameters, cursor } of state.portals.values())
    bytes += valueBytes(parameters.values) + (cursor?.rows.keptBytes ?? 0);
  if (bytes > sessionBytes) throw sessionTooLarge(sessionBytes);
}

/** What a prepared statement of this text takes. */
export function textBytes(text: string): number {
  return FIXED_BYTES + text.length * BYTES_PER_CHARACTER;
}

/** What a portal with these parameters takes. */
export function valueBytes(values: readonly (Uint8Array | null)[]): number {
  return values.reduce((sum, value) => sum + 16 + (value?.length ?? 0), FIXED_BYTES);
}
