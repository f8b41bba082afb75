import type { TableMetadata } from '../iceberg/iceberg.ts';
import type { CheckDefinition } from '../postgres/table-definition.ts';

/** Table property of one CHECK constraint, the constraint's name after it. */
const CHECK_PREFIX = 'bergwire.check.';
/** Beside it where rows from before may break the constraint. */
const NOT_VALID_PREFIX = 'bergwire.check-not-valid.';

/**
 * The metadata with exactly these CHECK constraints: a column that goes takes its constraints along, and a renamed one
 * is renamed in their text.
 */
export function withChecks(metadata: TableMetadata, checks: readonly CheckDefinition[]): TableMetadata {
  const others = Object.entries(metadata.properties).filter(
    ([key]) => !key.startsWith(CHECK_PREFIX) && !key.startsWith(NOT_VALID_PREFIX),
  );
  const own = checks.flatMap(({ name, sql, isNotValid }) => [
    [`${CHECK_PREFIX}${name}`, sql] as const,
    ...(isNotValid === true ? [[`${NOT_VALID_PREFIX}${name}`, 'true'] as const] : []),
  ]);
  return { ...metadata, properties: Object.fromEntries([...others, ...own]) };
}
