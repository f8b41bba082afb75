import { notSupported } from '../../base/sql-error.ts';
import type { StagedTable } from '../transaction-tables.ts';

/** Sequences stay in their schema: 0A000 for a table whose identity columns or defaults take values of some. */
export function refuseSequences({ name, loaded }: StagedTable): void {
  const takes = Object.entries(loaded.metadata.properties).some(
    ([key, sql]) =>
      key.startsWith('bergwire.identity.') || (key.startsWith('bergwire.default.') && /\bnextval\(/.test(sql)),
  );
  if (takes)
    throw notSupported(
      `moving table "${name.name}", whose columns take values of a sequence,`,
      'Create a table in the other schema, and INSERT the rows.',
    );
}
