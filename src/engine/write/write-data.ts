import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { notSupported } from '../../base/sql-error.ts';
import { findField } from '../../iceberg/partition-type.ts';
import type { DataFile, IcebergValue, NestedField, Schema, SortOrder } from '../../iceberg/iceberg.ts';
import type { EngineStatement, WriteRequest } from '../engine.ts';
import { copyOptions, targetFileBytes } from './copy-options.ts';
import { copySorted } from './copy-sorted.ts';
import { fileColumns } from './file-columns.ts';
import { sqlName } from '../../base/sql-name.ts';
import { fieldIds } from './field-ids.ts';
import { fileMetrics } from './file-metrics.ts';
import { metricsModes } from './metrics-mode.ts';
import { partitionColumn } from './partition-column.ts';
import type { PartitionColumn } from './partition-column.ts';
import { partitionPath } from './partition-path.ts';
import { plainStatement } from './sql-runner.ts';
import { sqlText } from '../../base/sql-text.ts';
import type { Scratch, SqlRunner } from './sql-runner.ts';
import { writtenFile } from './written-file.ts';
import type { WrittenFile } from './written-file.ts';

/** Writes rows as data files (see WriteRequest) and publishes them. What fails leaves nothing behind. */
export async function writeData(
  runner: SqlRunner,
  scratch: Scratch,
  request: WriteRequest,
): Promise<readonly DataFile[]> {
  refuseTypes(request.schema);
  const folder = join(scratch.folder, `write-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  const published: string[] = [];
  try {
    const { columns, written } = await copyRows(runner, folder, request);
    const files: DataFile[] = [];
    for (const file of written.filter(({ recordCount }) => recordCount > 0)) {
      const partition = columns.map((column, ordinal) => column.read(file.partition.get(`p${ordinal}`) ?? null));
      const dataFile = await describeFile(runner, request, file, partition, columns);
      await scratch.publish(dataFile.path, file.path);
      published.push(dataFile.path);
      files.push(dataFile);
    }
    return files;
  } catch (error) {
    await scratch.remove(published).catch(() => undefined);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyRows(
  runner: SqlRunner,
  folder: string,
  request: WriteRequest,
): Promise<{ readonly columns: readonly PartitionColumn[]; readonly written: readonly WrittenFile[] }> {
  const { statement, schema, spec, properties } = request;
  const names = schema.fields.map((_, index) => `c${index}`);
  const named = fileColumns(schema.fields).map((name, index) => `c${index} AS ${sqlName(name)}`);
  const alias = `r(${names.join(', ')})`;
  const order = orderBy(request.sortOrder, schema);
  const options = `${copyOptions(properties)}, FIELD_IDS ${fieldIds(schema.fields)}`;
  const partitioned = spec.fields.some(({ transform }) => transform.kind !== 'void');
  const sorting = { copy: options, targetBytes: targetFileBytes(properties), timeZone: statement.timeZone };
  if (!partitioned && order !== '') {
    const rows = await rowsTable(runner, statement, names);
    const source = `SELECT ${names.join(', ')} FROM ${rows} AS r`;
    const written = await copySorted(runner, folder, { source, names: named, keys: [], order }, sorting);
    await runner.run(plainStatement(`DROP TABLE ${rows}`, statement.timeZone));
    return { columns: spec.fields.map(voidColumn), written };
  }
  if (!partitioned) {
    const sql = `COPY (SELECT ${named.join(', ')} FROM (${statement.sql}) AS ${alias}) TO ${sqlText(join(folder, 'rows'))}
      (${options}, FILE_SIZE_BYTES ${targetFileBytes(properties)})`;
    const rows = await runner.values({ ...statement, sql });
    return { columns: spec.fields.map(voidColumn), written: rows.map(writtenFile) };
  }
  const rows = await rowsTable(runner, statement, names);
  const columns: PartitionColumn[] = [];
  for (const [ordinal, field] of spec.fields.entries())
    columns.push(
      await partitionColumn(runner, field, ordinal, sourceOf(schema, field.sourceId), rows, statement.timeZone),
    );
  const keys = columns.map((_, ordinal) => `p${ordinal}`);
  const selected = [...names.map((name) => `r.${name}`), ...columns.map(({ sql }, ordinal) => `${sql} AS p${ordinal}`)];
  const joins = columns.flatMap(({ join: lookup }) => (lookup === undefined ? [] : [lookup])).join(' ');
  const source = `SELECT ${selected.join(', ')} FROM ${rows} AS r ${joins}`;
  if (order !== '') {
    const written = await copySorted(runner, folder, { source, names: named, keys, order }, sorting);
    await runner.run(plainStatement(`DROP TABLE ${rows}`, statement.timeZone));
    return { columns, written };
  }
  const sql = `COPY (SELECT ${[...named, ...keys].join(', ')} FROM (${source}))
    TO ${sqlText(join(folder, 'rows'))} (${options}, PARTITION_BY (${keys.join(', ')}), HIVE_FILE_PATTERN false,
    WRITE_PARTITION_COLUMNS false, FILENAME_PATTERN 'rows-{uuid}')`;
  const result = await runner.values(plainStatement(sql, statement.timeZone));
  await runner.run(plainStatement(`DROP TABLE ${rows}`, statement.timeZone));
  const written: WrittenFile[] = [];
  for (const file of result.map(writtenFile)) written.push(...(await splitFile(runner, file, options, request)));
  return { columns, written };
}

/** A file may be so many times as large as the target before it is written again in parts. */
const TOLERANCE = 1.5;

/** COPY does not size the files of partitions: one that is too large is written again as several. */
async function splitFile(
  runner: SqlRunner,
  file: WrittenFile,
  options: string,
  { properties, statement }: WriteRequest,
): Promise<readonly WrittenFile[]> {
  const targetBytes = targetFileBytes(properties);
  const parts = Math.ceil(file.sizeBytes / targetBytes);
  if (file.sizeBytes <= targetBytes * TOLERANCE || file.recordCount < parts) return [file];
  const length = Math.ceil(file.recordCount / parts);
  const written: WrittenFile[] = [];
  for (let first = 0; first < file.recordCount; first += length) {
    const sql = `COPY (SELECT * FROM read_parquet(${sqlText(file.path)}) LIMIT ${length} OFFSET ${first})
      TO ${sqlText(`${file.path}.${first}.parquet`)} (${options})`;
    const rows = await runner.values(plainStatement(sql, statement.timeZone));
    written.push(...rows.map((row) => ({ ...writtenFile(row), partition: file.partition })));
  }
  await rm(file.path);
  return written;
}

/** The rows as a temp table: partition values may need a look at them before they are written. */
async function rowsTable(runner: SqlRunner, statement: EngineStatement, names: readonly string[]): Promise<string> {
  const table = 'rows_to_write';
  await runner.run({
    ...statement,
    sql: `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT * FROM (${statement.sql}) AS r(${names.join(', ')})`,
  });
  return table;
}

async function describeFile(
  runner: SqlRunner,
  request: WriteRequest,
  file: WrittenFile,
  partition: readonly IcebergValue[],
  columns: readonly PartitionColumn[],
): Promise<DataFile> {
  const { schema, spec, properties, sortOrder } = request;
  const folder = partitionPath(
    spec,
    partition,
    columns.map(({ resultType }) => resultType),
  );
  const nans = await nanCounts(runner, schema.fields, file, request.statement.timeZone);
  return {
    content: 'data',
    path: [request.dataLocation, ...folder, `${randomUUID()}.parquet`].join('/'),
    format: 'parquet',
    specId: spec.specId,
    partition,
    recordCount: file.recordCount,
    sizeBytes: file.sizeBytes,
    sortOrderId: isSorted(sortOrder) ? sortOrder.orderId : 0,
    ...fileMetrics(schema.fields, file.statistics, metricsModes(schema.fields, properties), nans),
  };
}

/** The engine only says that there are NaNs; how many is counted in the file. */
async function nanCounts(
  runner: SqlRunner,
  fields: readonly NestedField[],
  file: WrittenFile,
  timeZone: string,
): Promise<ReadonlyMap<number, bigint>> {
  const names = fileColumns(fields).map(sqlName);
  const holding = fields.flatMap(({ id }, index) => {
    const column = names[index]!;
    return file.statistics.get(column)?.get('has_nan') === 'true' ? [{ id, column }] : [];
  });
  if (holding.length === 0) return new Map();
  const counts = holding.map(({ column }) => `count(*) FILTER (WHERE isnan(${column}))`).join(', ');
  const [row] = await runner.values(
    plainStatement(`SELECT ${counts} FROM read_parquet(${sqlText(file.path)})`, timeZone),
  );
  return new Map(holding.map(({ id }, index) => [id, BigInt(String(row?.[index]))]));
}

function sourceOf(schema: Schema, sourceId: number): { readonly column: string; readonly type: NestedField['type'] } {
  const index = schema.fields.findIndex(({ id }) => id === sourceId);
  const field = schema.fields[index];
  if (field === undefined) {
    const nested = findField(schema.fields, sourceId)?.name ?? String(sourceId);
    throw notSupported(`writing to a table partitioned by nested field ${nested}`, 'Write to it with another engine.');
  }
  return { column: `c${index}`, type: field.type };
}

function orderBy(order: SortOrder, schema: Schema): string {
  const terms = order.fields.flatMap(({ sourceId, transform, direction, nullOrder }) => {
    const index = schema.fields.findIndex(({ id }) => id === sourceId);
    // Sorting by the column sorts by every transform that keeps its order; others are hashes.
    if (index < 0 || transform.kind === 'bucket' || transform.kind === 'unknown') return [];
    return [`r.c${index} ${direction} ${nullOrder === 'nulls-first' ? 'NULLS FIRST' : 'NULLS LAST'}`];
  });
  return terms.length === 0 ? '' : ` ORDER BY ${terms.join(', ')}`;
}

/** Whether sorting by the columns was sorting by the order: a transform makes equal what comes before the next term. */
function isSorted({ fields }: SortOrder): boolean {
  return fields.every(
    ({ transform: { kind } }, index) =>
      kind === 'identity' ||
      (index === fields.length - 1 && kind !== 'bucket' && kind !== 'unknown' && kind !== 'void'),
  );
}

function voidColumn(): PartitionColumn {
  return { sql: 'NULL', resultType: 'unknown', read: () => null };
}

function refuseTypes(schema: Schema): void {
  for (const { name, type } of schema.fields) {
    const kind = typeof type === 'string' ? type : type.kind;
    if (['fixed', 'variant', 'geometry', 'geography', 'timestamp_ns', 'timestamptz_ns', 'unknown'].includes(kind))
      throw notSupported(
        `writing column "${name}" of Iceberg type ${kind}`,
        'Write to this table with another engine.',
      );
  }
}
