import { unknownPortal } from './errors.ts';
import type { Portal } from './portal.ts';
import type { SessionState } from './session-state.ts';

/** The portal of this name; 34000. */
export function findPortal(state: SessionState, name: string): Portal {
  const portal = state.portals.get(name);
  if (portal === undefined) throw unknownPortal(name);
  return portal;
}
