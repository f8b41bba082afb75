import { notSupported } from '../base/sql-error.ts';
import type { EngineConnection, EngineScan, EngineStatement } from '../engine/engine.ts';
import type { ModifyTranslation, Translation } from '../translate/translate.ts';
import type { ModifyResult, ModifyRun } from './run-modify.ts';
import type { Execution } from './query.ts';
import type { PlannedRelation } from './scan-relations.ts';
import type { StatementRun } from './statement-run.ts';
import type { StagedTable } from './transaction-tables.ts';
import { readOnlyDatabase, readOnlyTransaction, tableNameText, undefinedTable } from './errors.ts';
import { failingRow } from './failing-row.ts';
import { figuresOf } from './figures-of.ts';
import { planRun } from './plan-run.ts';
import { NOTHING_CHANGED, returningRows, runModify } from './run-modify.ts';
import { currentState, loadedOnce, stageLocked } from './scan-relations.ts';
import { connectFor, ownedRows, rowFormat } from './statement-run.ts';
import { takeValues } from './take-values.ts';
import { tableChecks } from './table-checks.ts';
import { liveRowCount, wholeFiles } from './whole-files.ts';

/**
 * INSERT, UPDATE, DELETE, MERGE, and queries whose WITH has such. Every part is planned before the first one changes
 * anything, so that all are computed of one state; what they change is seen by the next statement.
 */
export async function runChanges(run: StatementRun, translation: Translation | ModifyTranslation): Promise<Execution> {
  const command = 'command' in translation ? translation.command.toUpperCase() : 'SELECT';
  if (run.parts.catalog.readOnly) throw readOnlyDatabase(run.parts.name);
  if (run.readOnly) throw readOnlyTransaction(command);
  const planned = await planSteps(run, translation);
  const figures = figuresOf(planned.flatMap(({ relations }) => relations));
  const connection = await connectFor(run);
  try {
    const changes: Change[] = [];
    for (const step of planned) {
      if (step.kind === 'change') changes.push(await runChange(run, connection, step, planned));
      if (step.table !== undefined) await keepRows(connection, step, step.table);
    }
    await refuseSharedRows(connection, planned);
    for (const { target, result } of changes)
      run.tables.addChanges(target, result.addedData, result.addedDeletes, result.removedData);
    if (!('command' in translation)) {
      const format = rowFormat(run, run.prepared.fields ?? [], translation.columns);
      const owned = ownedRows(connection, await connection.rows(planned.at(-1)!.statement, format), run.signal);
      return { rows: owned.rows, tag: () => `SELECT ${owned.count()}`, notices: [], figures };
    }
    const { modify, result } = changes.at(-1)!;
    const tag = () => `${command === 'INSERT' ? 'INSERT 0' : command} ${result.rowCount}`;
    if (translation.returning === undefined || run.prepared.fields === null) {
      await connection[Symbol.asyncDispose]();
      return { rows: null, tag, notices: [], figures };
    }
    const stream = await returningRows(modify, rowFormat(run, run.prepared.fields, translation.returning));
    return { rows: ownedRows(connection, stream, run.signal).rows, tag, notices: [], figures };
  } catch (error) {
    // Closing a connection that already failed must not hide why.
    await connection[Symbol.asyncDispose]().catch(() => undefined);
    throw error;
  }
}

/** A table of the WITH, or at last the statement itself, which has no `table`. */
type PlannedStep = {
  readonly table: string | undefined;
  readonly statement: EngineStatement;
  readonly relations: readonly PlannedRelation[];
} & (
  | { readonly kind: 'rows' }
  | { readonly kind: 'change'; readonly translation: ModifyTranslation; readonly target: StagedTable }
);

type PlannedChange = Extract<PlannedStep, { kind: 'change' }>;

type Change = { readonly target: StagedTable; readonly modify: ModifyRun; readonly result: ModifyResult };

async function planSteps(
  run: StatementRun,
  translation: Translation | ModifyTranslation,
): Promise<readonly PlannedStep[]> {
  const { steps = [], ...last } = translation;
  const changes = [...steps.flatMap((step) => (step.kind === 'change' ? [step.change] : [])), ...changeOf(last)];
  // The targets are settled first: whatever reads them reads the same state.
  const targets = new Map<ModifyTranslation, StagedTable>();
  for (const change of changes) targets.set(change, await stageTarget(run, change));
  const scans = [...steps.flatMap((step) => (step.kind === 'rows' ? step.scans : step.change.scans)), ...last.scans];
  await stageLocked(scans, run.prepared.reads, run.tables);
  const load = loadedOnce(run.tables);
  const plan = async (
    table: string | undefined,
    part: Parameters<typeof planRun>[1],
    change?: ModifyTranslation,
  ): Promise<PlannedStep> => {
    const { planned, statement } = await planRun(run, part, load);
    const step = { table, statement, relations: planned };
    return change === undefined
      ? { kind: 'rows', ...step }
      : { kind: 'change', ...step, translation: change, target: targets.get(change)! };
  };
  const planned: PlannedStep[] = [];
  for (const step of steps)
    planned.push(
      step.kind === 'rows' ? await plan(step.table, step) : await plan(step.table, step.change, step.change),
    );
  planned.push(await plan(undefined, last, changeOf(last)[0]));
  return planned;
}

function changeOf(part: Translation | ModifyTranslation): readonly ModifyTranslation[] {
  return 'command' in part ? [part] : [];
}

async function stageTarget(run: StatementRun, translation: ModifyTranslation): Promise<StagedTable> {
  const read = run.prepared.reads.get(translation.target.oid);
  if (read === undefined) throw undefinedTable(translation.target.name);
  const staged = await run.tables.stage(read.name);
  if (staged === undefined) throw undefinedTable(tableNameText(read.name));
  const { schema } = currentState(staged.loaded.metadata);
  if (translation.skipsConflicts === true && schema.identifierFieldIds.length > 0)
    throw notSupported('ON CONFLICT on a table whose key is recorded and not enforced', 'Use MERGE.');
  return staged;
}

async function runChange(
  run: StatementRun,
  connection: EngineConnection,
  step: PlannedChange,
  all: readonly PlannedStep[],
): Promise<Change> {
  const { translation, statement, target } = step;
  const isAlone = all.every((other) => other === step || other.kind === 'rows' || other.target !== target);
  const { dropped, rest } = isAlone ? wholeFiles(translation, statement) : { dropped: [], rest: statement };
  const modify: ModifyRun = {
    connection,
    translation,
    statement: rest ?? statement,
    target,
    checks: translation.command === 'delete' ? [] : await tableChecks(run, target),
    failingRow: (row) => failingRow(run, target, connection, row),
    written: (files) => run.written(files.map(({ path }) => path)),
  };
  const droppedRows = await liveRowCount(connection, statement, translation.targetScan ?? 0, dropped);
  const result =
    rest === undefined
      ? NOTHING_CHANGED
      : await takeValues(run, connection, translation.sequences, () => runModify(modify));
  return {
    target,
    modify,
    result: {
      ...result,
      rowCount: result.rowCount + droppedRows,
      removedData: [...dropped.map(({ file }) => file.path), ...result.removedData],
    },
  };
}

/** What later steps read: the rows of a query, or the actions of a change, which have those of its RETURNING. */
async function keepRows(connection: EngineConnection, step: PlannedStep, table: string): Promise<void> {
  const { timeZone } = step.statement;
  const run = async (sql: string): Promise<unknown> => await connection.run({ ...NO_ROWS, timeZone, sql });
  if (step.kind === 'rows') {
    await connection.run({ ...step.statement, sql: `CREATE TEMP TABLE ${table} AS ${step.statement.sql}` });
    return;
  }
  await run(`ALTER TABLE IF EXISTS actions RENAME TO ${actionsOf(step)}`);
  if (step.translation.returnsToOthers === true)
    await run(`CREATE TEMP VIEW ${table} AS SELECT COLUMNS('^c[0-9]+s?$') FROM ${actionsOf(step)}`);
  for (const scratch of ['kept', 'touched_files']) await run(`DROP TABLE IF EXISTS ${scratch}`);
}

function actionsOf({ table }: PlannedStep): string {
  return table === undefined ? 'actions' : `${table}_actions`;
}

const NO_ROWS = { scans: [], parameters: [] };

/** Which of several changes of one row in one statement counts is not defined; here none does. */
async function refuseSharedRows(connection: EngineConnection, all: readonly PlannedStep[]): Promise<void> {
  const changes = all.filter((step) => step.kind === 'change');
  for (const [index, one] of changes.entries())
    for (const other of changes.slice(index + 1)) {
      const [left, right] = [targetScan(one), targetScan(other)];
      if (one.target !== other.target || left === undefined || right === undefined) continue;
      const numbers = new Map([...left.plan.files, ...right.plan.files].map(({ file }, number) => [file.path, number]));
      const list = ({ plan }: EngineScan): string => plan.files.map(({ file }) => numbers.get(file.path)!).join(', ');
      const sql = `SELECT 1 FROM ${actionsOf(one)} AS a JOIN ${actionsOf(other)} AS b
        ON ([${list(left)}])[a.row_file::INT + 1] = ([${list(right)}])[b.row_file::INT + 1]
        AND a.row_position = b.row_position LIMIT 1`;
      if (left.plan.files.length === 0 || right.plan.files.length === 0) continue;
      const { timeZone } = one.statement;
      if ((await connection.values({ ...NO_ROWS, timeZone, sql })).length > 0)
        throw notSupported('changing a row several times in one statement', 'Let one part of it change the row.');
    }
}

function targetScan({ translation, statement }: PlannedChange): EngineScan | undefined {
  return translation.targetScan === undefined ? undefined : statement.scans[translation.targetScan];
}
