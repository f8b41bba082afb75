import { sqlName } from '../../base/sql-name.ts';
import { currentSchema } from '../../iceberg/change-field.ts';
import type { TableMetadata } from '../../iceberg/iceberg.ts';
import { changeMirrored } from '../change-mirrored.ts';
import { runFinishedChange } from '../finish/run-finished-change.ts';
import { liveFiles } from '../live-files.ts';
import { planRun } from '../plan-run.ts';
import { prepareOwn } from '../prepare-own.ts';
import { qualifiedName } from '../qualified-name.ts';
import { writeTableRows } from '../run-modify.ts';
import { connectFor } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import { takeValues } from '../take-values.ts';
import type { StagedTable } from '../transaction-tables.ts';
import { alterMetadata, withNewColumns } from './alter-metadata.ts';
import type { Alteration } from './alteration.ts';

/**
 * Alters a table of which rows need new values: they are computed as by an UPDATE of a table that has the old columns
 * and the new ones, and written as files of the altered table, which replace all others in the same snapshot. Before
 * format version 3 a value for existing rows can be written down nowhere else.
 */
export async function rewriteRows(run: StatementRun, staged: StagedTable, alteration: Alteration): Promise<void> {
  const before = await liveFiles(run, staged);
  const change = (base: TableMetadata): TableMetadata => alterMetadata(base, alteration);
  const values = newValues(alteration);
  if (before.length === 0 || values.length === 0) return await changeMirrored(run, staged, change);
  const assignments = values.map(({ column, sql }) => `${sqlName(column)} = (${sql}\n)`).join(', ');
  const prepared = await underNewColumns(staged, alteration, async () => {
    const text = `UPDATE ${qualifiedName(staged.name)} SET ${assignments}`;
    const update = await prepareOwn(run, staged.name, 'update', text);
    const own = { ...run, prepared: update, parameters: { formats: [], values: [] } };
    if (update.route.kind === 'finish') {
      await runFinishedChange(own, update.route.plan, update.route.plan.target!);
      return undefined;
    }
    if (update.route.kind !== 'modify') throw new Error('an UPDATE changes no rows');
    const { translation } = update.route;
    return { translation, ...(await planRun(own, translation)) };
  });
  await changeMirrored(run, staged, change);
  // Its files have the new field ids already.
  if (prepared === undefined) return;
  const { columns } = prepared.translation.target;
  const selected = currentSchema(staged.loaded.metadata).fields.map(
    ({ id }) => `n${columns.find((column) => column?.field.id === id)!.attnum}`,
  );
  const connection = await connectFor(run);
  try {
    const sql = `SELECT ${selected.join(', ')} FROM (${prepared.statement.sql}) AS q`;
    const files = await takeValues(run, connection, prepared.translation.sequences, () =>
      writeTableRows(connection, staged, { ...prepared.statement, sql }),
    );
    run.written(files.map(({ path }) => path));
    run.tables.addChanges(
      staged,
      files,
      [],
      before.map(({ file }) => file.path),
    );
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}

/** Whether rows, if there are any, get values that are not stored yet. */
export function computesRows(alteration: Alteration): boolean {
  return newValues(alteration).length > 0;
}

function newValues({ added, replaced }: Alteration): readonly { readonly column: string; readonly sql: string }[] {
  return [
    ...added.flatMap(({ storedAs, definition: { defaultSql } }) =>
      defaultSql === undefined ? [] : [{ column: storedAs, sql: defaultSql }],
    ),
    ...replaced.map(({ storedAs, using }) => ({ column: storedAs, sql: using })),
  ];
}

/** Runs `body` while the table has its old columns and the new ones. */
async function underNewColumns<T>(staged: StagedTable, alteration: Alteration, body: () => Promise<T>): Promise<T> {
  const { loaded } = staged;
  // The table stays the one whose files are replaced, and is not read afresh meanwhile.
  staged.needsSameRows = true;
  staged.loaded = { ...loaded, metadata: withNewColumns(loaded.metadata, alteration) };
  try {
    return await body();
  } finally {
    staged.loaded = loaded;
  }
}
