import type { TableMetadata } from '../iceberg/iceberg.ts';
import type { CheckDefinition } from '../postgres/table-definition.ts';

/** Table property of one CHECK constraint, the constraint's name after it. */
const CHECK_PREFIX = 'bergwire.check.';

/**
 * The metadata with exactly these CHECK constraints: a column that goes takes its constraints along, and a renamed one
 * is renamed in their text.
 */
export function withChecks(metadata: TableMetadata, checks: readonly CheckDefinition[]): TableMetadata {
  const others = Object.entries(metadata.properties).filter(([key]) => !key.startsWith(CHECK_PREFIX));
  const own = checks.map(({ name, sql }) => [`${CHECK_PREFIX}${name}`, sql] as const);
  return { ...metadata, properties: Object.fromEntries([...others, ...own]) };
}
