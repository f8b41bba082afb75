/** A column's name as an identifier, and as the engine's statistics spell it. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
