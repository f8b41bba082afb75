import { notSupported } from '../../base/sql-error.ts';
import type { TableMetadata } from '../../iceberg/iceberg.ts';
import { oneSpec } from '../../iceberg/one-spec.ts';
import type { TableChange } from '../../sql/sql.ts';
import { changeMirrored } from '../change-mirrored.ts';
import { checkLocation } from '../check-location.ts';
import { checkPropertyName } from '../check-property-name.ts';
import type { StatementRun } from '../statement-run.ts';
import { tableOptions } from '../table-options.ts';
import type { StagedTable } from '../transaction-tables.ts';
import { changeOf } from './change-of.ts';

/** Carries out the commands of ALTER TABLE that Postgres does not know, in order; one partition spec more at most. */
export async function changeTable(
  run: StatementRun,
  staged: StagedTable,
  changes: readonly TableChange[],
): Promise<void> {
  const steps: ((metadata: TableMetadata) => TableMetadata)[] = [];
  for (const change of changes) {
    const given = change.kind === 'setProperties' ? change.properties : new Map<string, string>();
    if (given.has('location')) throw notSupported('moving a table', 'Create it anew at the other location.');
    if (change.kind === 'removeProperties') for (const key of change.keys) checkPropertyName(key);
    const options = tableOptions(given);
    await checkLocation(run.parts.catalog, staged.name, options);
    steps.push((metadata) => changeOf(metadata, change, options));
  }
  await changeMirrored(run, staged, (base) =>
    oneSpec(
      base,
      steps.reduce((metadata, step) => step(metadata), base),
    ),
  );
}
