import type { SessionState } from './session-state.ts';

/** The rows of pg_cursors: what DECLARE opened, and portals of the protocol. */
export function cursorFacts({ portals }: SessionState): readonly Readonly<Record<string, unknown>>[] {
  return [...portals.values()].map((portal) => ({
    name: portal.name,
    statement: portal.text,
    is_holdable: portal.cursor?.hold ?? false,
    is_binary: portal.cursor !== undefined && portal.formats.some((format) => format === 1),
    is_scrollable: portal.cursor?.rows.isScrollable ?? false,
    creation_time: new Date(portal.createdAtMs).toISOString(),
  }));
}
