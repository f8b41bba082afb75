/** Names of the mirror: Postgres keeps 63 bytes of a name, and some names for itself. */
import { reservedNamespace } from './errors.ts';

/** NAMEDATALEN - 1. */
const MAX_NAME_BYTES = 63;

/** The levels of a namespace joined by dots. Raises 42939 for the names of system schemas. */
export function schemaNameOf(namespace: readonly string[]): string {
  const name = truncatedName(namespace.join('.'));
  if (name === 'information_schema' || name.startsWith('pg_')) throw reservedNamespace(name);
  return name;
}

/** As Postgres truncates identifiers: at the last whole character. */
export function truncatedName(name: string): string {
  const clean = name.replaceAll('\0', '') || '_';
  if (Buffer.byteLength(clean) <= MAX_NAME_BYTES) return clean;
  let kept = '';
  let sizeBytes = 0;
  for (const character of clean) {
    sizeBytes += Buffer.byteLength(character);
    if (sizeBytes > MAX_NAME_BYTES) break;
    kept += character;
  }
  return kept;
}

const SYSTEM_COLUMNS = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

/**
 * Column names in the mirror, in order: truncated, and where that makes two alike, or a name is one of Postgres'
 * system columns, told apart by `~2`, `~3`.
 */
export function columnNames(names: readonly string[]): readonly string[] {
  const taken = new Set(SYSTEM_COLUMNS);
  return names.map((name) => {
    const chosen = freeName(name, (candidate) => taken.has(candidate));
    taken.add(chosen);
    return chosen;
  });
}

/** `name` truncated, with a suffix if it is taken. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let chosen = truncatedName(name);
  for (let number = 2; isTaken(chosen); number++) {
    const suffix = `~${number}`;
    chosen = shortened(name, MAX_NAME_BYTES - suffix.length) + suffix;
  }
  return chosen;
}

function shortened(name: string, maxBytes: number): string {
  let kept = truncatedName(name);
  while (Buffer.byteLength(kept) > maxBytes) kept = kept.replace(/.$/su, '');
  return kept;
}
