import { sessionTooLarge } from './errors.ts';
import type { SessionState } from './session-state.ts';

/** A plan takes many times its text. */
const BYTES_PER_CHARACTER = 100;
const FIXED_BYTES = 2000;
/** The unnamed portal is replaced by the next one: small ones are not worth counting. */
const SMALL_BYTES = 64 * 1024;

/** Raises 53400 where the session would hold more than it may with a statement of this text. */
export function checkStatementMemory(state: SessionState, text: string): void {
  check(state, textBytes(text));
}

/** The same for a portal with these parameters. */
export function checkPortalMemory(state: SessionState, name: string, values: readonly (Uint8Array | null)[]): void {
  const bytes = valueBytes(values);
  if (name !== '' || bytes > SMALL_BYTES) check(state, FIXED_BYTES + bytes);
}

/** The same for a cursor that has read more rows. */
export function checkCursorMemory(state: SessionState): void {
  check(state, 0);
}

function check(state: SessionState, moreBytes: number): void {
  const { sessionBytes } = state.host.limits;
  let bytes = moreBytes;
  for (const [name, { text }] of state.statements) if (name !== '') bytes += textBytes(text);
  for (const { parameters, cursor } of state.portals.values())
    bytes += FIXED_BYTES + valueBytes(parameters.values) + (cursor?.rows.keptBytes ?? 0);
  if (bytes > sessionBytes) throw sessionTooLarge(sessionBytes);
}

function textBytes(text: string): number {
  return FIXED_BYTES + text.length * BYTES_PER_CHARACTER;
}

function valueBytes(values: readonly (Uint8Array | null)[]): number {
  return values.reduce((sum, value) => sum + 16 + (value?.length ?? 0), 0);
}
