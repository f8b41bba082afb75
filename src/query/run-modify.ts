import type { EngineConnection, EngineScan, EngineStatement, RowStream } from '../engine/engine.ts';
import type { DataFile, NestedField } from '../iceberg/iceberg.ts';
import type { PlannedFile } from '../plan/plan.ts';
import type { MirroredRelation, ModifyTranslation } from '../translate/translate.ts';
import type { StagedTable } from './transaction-tables.ts';
import { checkRows } from './check-rows.ts';
import type { TranslatedCheck } from './check-rows.ts';
import { cardinalityViolation } from './errors.ts';
import { sqlText } from '../base/sql-text.ts';

export type ModifyRun = {
  readonly connection: EngineConnection;
  readonly translation: ModifyTranslation;
  /** The translation's statement, ready for the engine. */
  readonly statement: EngineStatement;
  readonly target: StagedTable;
  readonly checks: readonly TranslatedCheck[];
  /** The DETAIL about one row that fails, given as SQL of the table's columns. */
  readonly failingRow?: (row: string) => Promise<string>;
  /** Called with each file's URI as it is written, so that a rollback can remove it. */
  readonly written: (files: readonly DataFile[]) => void;
};

/** Files this statement adds and takes away, and how many rows it touched. */
export type ModifyResult = {
  readonly rowCount: bigint;
  readonly addedData: readonly DataFile[];
  readonly addedDeletes: readonly DataFile[];
  readonly removedData: readonly string[];
};

export const NOTHING_CHANGED: ModifyResult = { rowCount: 0n, addedData: [], addedDeletes: [], removedData: [] };

const INSERTED = `action IN (1, 2)`;
const DELETED = `action IN (2, 3)`;

/**
 * INSERT, UPDATE, DELETE, MERGE: the actions are computed once into a temp table `actions` of the connection (which
 * RETURNING reads afterwards), checked, and written as data files and position deletes. Files that lose all their rows
 * are dropped instead; format version 1 and copy-on-write tables have their files rewritten.
 */
export async function runModify(run: ModifyRun): Promise<ModifyResult> {
  const { connection, translation } = run;
  await connection.run({ ...run.statement, sql: `CREATE TEMP TABLE actions AS ${run.statement.sql}` });
  if (translation.targetScan !== undefined) await settleDuplicates(run);
  await checkRows({
    connection,
    timeZone: run.statement.timeZone,
    table: run.target.name,
    columns: liveColumns(translation.target),
    checks: run.checks,
    ...(run.failingRow !== undefined && { failingRow: run.failingRow }),
  });
  const rowCount = await single(run, `SELECT count(*) FROM actions`);
  if (rowCount === 0n) return NOTHING_CHANGED;
  const removal = await removeRows(run);
  const inserted = await single(run, `SELECT count(*) FROM actions WHERE ${INSERTED}`);
  const sources = [
    ...(inserted > 0n ? [`SELECT ${newColumns(translation.target)} FROM actions WHERE ${INSERTED}`] : []),
    ...removal.keptRows,
  ];
  const addedData = sources.length === 0 ? [] : await writeRows(run, sources.join(' UNION ALL '));
  return { rowCount, addedData, addedDeletes: removal.addedDeletes, removedData: removal.removedData };
}

/** The rows that RETURNING shows; call after runModify, on the same connection. */
export async function returningRows(
  run: ModifyRun,
  format: Parameters<EngineConnection['rows']>[1],
): Promise<RowStream> {
  const width = run.translation.returningWidth ?? 1;
  const columns = Array.from({ length: width }, (_, index) => `r${index}`);
  return await run.connection.rows(plain(run, `SELECT ${columns.join(', ')} FROM actions`), format);
}

async function settleDuplicates(run: ModifyRun): Promise<void> {
  const repeated = `FROM actions WHERE row_file IS NOT NULL GROUP BY row_file, row_position HAVING count(*) > 1`;
  if ((await single(run, `SELECT count(*) FROM (SELECT 1 ${repeated})`)) === 0n) return;
  if (run.translation.duplicates === 'error') throw cardinalityViolation();
  await run.connection.run(
    plain(
      run,
      `DELETE FROM actions WHERE row_file IS NOT NULL AND rowid NOT IN
       (SELECT min(rowid) FROM actions WHERE row_file IS NOT NULL GROUP BY row_file, row_position)`,
    ),
  );
}

type Removal = {
  readonly addedDeletes: readonly DataFile[];
  readonly removedData: readonly string[];
  /** Queries for the rows of rewritten files that stay. */
  readonly keptRows: readonly string[];
};

async function removeRows(run: ModifyRun): Promise<Removal> {
  const nothing: Removal = { addedDeletes: [], removedData: [], keptRows: [] };
  const { targetScan } = run.translation;
  const scan = targetScan === undefined ? undefined : run.statement.scans[targetScan];
  if (scan === undefined) return nothing;
  const touched = await countsByFile(run, `SELECT row_file, count(*) FROM actions WHERE ${DELETED} GROUP BY row_file`);
  if (touched.size === 0) return nothing;
  const emptied = await emptiedFiles(run, scan, touched);
  const removed = [...emptied].map((index) => fileAt(scan, index).file.path);
  const partly = [...touched.keys()].filter((index) => !emptied.has(index));
  if (partly.length === 0) return { ...nothing, removedData: removed };
  if (rewrites(run)) {
    await keepRows(run, scan, partly);
    return {
      addedDeletes: [],
      removedData: [...removed, ...partly.map((index) => fileAt(scan, index).file.path)],
      keptRows: ['SELECT * FROM kept'],
    };
  }
  const addedDeletes = await writeDeletes(run, scan, partly);
  return { addedDeletes, removedData: removed, keptRows: [] };
}

/** Files of which every live row is deleted. Only files that may be empty are counted. */
async function emptiedFiles(
  run: ModifyRun,
  scan: EngineScan,
  touched: ReadonlyMap<number, bigint>,
): Promise<ReadonlySet<number>> {
  const emptied = new Set<number>();
  const uncertain: number[] = [];
  for (const [index, count] of touched) {
    const planned = fileAt(scan, index);
    if (BigInt(planned.file.recordCount) === count) emptied.add(index);
    else if (planned.positionDeletes.length > 0 || planned.equalityDeletes.length > 0) uncertain.push(index);
  }
  if (uncertain.length === 0) return emptied;
  const live = await countsByFile(run, `SELECT row_file, count(*) FROM "$scan0$" AS s GROUP BY row_file`, [
    { ...scan, columns: [], positions: true, plan: { ...scan.plan, files: uncertain.map((i) => fileAt(scan, i)) } },
  ]);
  for (const [position, index] of uncertain.entries())
    if (live.get(position) === touched.get(index)) emptied.add(index);
  return emptied;
}

/** Copy-on-write: the rows of the touched files that no action deletes, as temp table `kept`. */
async function keepRows(run: ModifyRun, scan: EngineScan, files: readonly number[]): Promise<void> {
  const { target } = run.translation;
  const whole: EngineScan = {
    ...scan,
    columns: liveColumns(target).map(({ attnum, field }) => ({ attnum, fieldId: field.id })),
    positions: true,
    plan: { ...scan.plan, files: files.map((index) => fileAt(scan, index)) },
  };
  const indexes = files.join(', ');
  await run.connection.run({
    ...plain(
      run,
      `CREATE TEMP TABLE kept AS SELECT ${liveColumns(target)
        .map(({ attnum }) => `s.c${attnum}`)
        .join(', ')} FROM "$scan0$" AS s ANTI JOIN (SELECT row_file, row_position FROM actions WHERE ${DELETED}) AS a
       ON a.row_file = ([${indexes}])[s.row_file::INT + 1] AND a.row_position = s.row_position`,
    ),
    scans: [whole],
  });
}

async function writeDeletes(run: ModifyRun, scan: EngineScan, files: readonly number[]): Promise<readonly DataFile[]> {
  const { metadata } = run.target.loaded;
  await run.connection.run(plain(run, `CREATE TEMP TABLE touched_files (row_file UBIGINT, file_path VARCHAR)`));
  for (let start = 0; start < files.length; start += 1000)
    await run.connection.run(
      plain(
        run,
        `INSERT INTO touched_files VALUES ${files
          .slice(start, start + 1000)
          .map((index) => `(${index}, ${sqlText(fileAt(scan, index).file.path)})`)
          .join(', ')}`,
      ),
    );
  const written = await run.connection.writePositionDeletes({
    statement: plain(
      run,
      `SELECT f.file_path, a.row_position AS pos FROM actions AS a JOIN touched_files AS f USING (row_file)
       WHERE a.${DELETED}`,
    ),
    files: files.map((index) => fileAt(scan, index).file),
    specs: metadata.partitionSpecs,
    schema: scan.plan.schema,
    properties: metadata.properties,
    dataLocation: dataLocation(run.target),
  });
  run.written(written);
  return written;
}

async function writeRows(run: ModifyRun, sql: string): Promise<readonly DataFile[]> {
  const files = await writeTableRows(run.connection, run.target, plain(run, sql));
  run.written(files);
  return files;
}

/** Writes the rows of a statement, columns in the order of the table's current schema, as new data files of it. */
export async function writeTableRows(
  connection: EngineConnection,
  table: StagedTable,
  statement: EngineStatement,
): Promise<readonly DataFile[]> {
  const { metadata } = table.loaded;
  const schema = metadata.schemas.find(({ schemaId }) => schemaId === metadata.currentSchemaId);
  const spec = metadata.partitionSpecs.find(({ specId }) => specId === metadata.defaultSpecId);
  if (schema === undefined || spec === undefined)
    throw new Error(`the metadata of ${table.name.name} names no current schema or spec`);
  const sortOrder = metadata.sortOrders.find(({ orderId }) => orderId === metadata.defaultSortOrderId);
  return await connection.writeData({
    statement,
    schema,
    spec,
    sortOrder: sortOrder ?? { orderId: 0, fields: [] },
    properties: metadata.properties,
    dataLocation: dataLocation(table),
  });
}

function dataLocation(table: StagedTable): string {
  const { properties, location } = table.loaded.metadata;
  return (properties['write.data.path'] ?? `${location.replace(/\/+$/, '')}/data`).replace(/\/+$/, '');
}

/** Position deletes exist from format version 2; a table may also ask for copy-on-write. */
function rewrites(run: ModifyRun): boolean {
  const { formatVersion, properties } = run.target.loaded.metadata;
  const mode = properties[`write.${run.translation.command}.mode`];
  return formatVersion === 1 || mode === 'copy-on-write';
}

function newColumns(target: MirroredRelation): string {
  return liveColumns(target)
    .map(({ attnum }) => `n${attnum} AS c${attnum}`)
    .join(', ');
}

function liveColumns(target: MirroredRelation): readonly { readonly attnum: number; readonly field: NestedField }[] {
  return target.columns.filter((column) => column !== undefined);
}

function fileAt(scan: EngineScan, index: number): PlannedFile {
  const planned = scan.plan.files[index];
  if (planned === undefined) throw new Error(`the scan of ${scan.plan.table} has no file ${index}`);
  return planned;
}

function plain(run: ModifyRun, sql: string): EngineStatement {
  return { sql, scans: [], parameters: [], timeZone: run.statement.timeZone };
}

async function single(run: ModifyRun, sql: string): Promise<bigint> {
  const rows = await run.connection.values(plain(run, sql));
  return BigInt(rows[0]?.[0] as string | number | bigint);
}

async function countsByFile(
  run: ModifyRun,
  sql: string,
  scans: readonly EngineScan[] = [],
): Promise<ReadonlyMap<number, bigint>> {
  const rows = await run.connection.values({ ...plain(run, sql), scans });
  return new Map(rows.map(([index, count]) => [Number(index), BigInt(count as string | number | bigint)]));
}
