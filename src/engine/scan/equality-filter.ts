import { notSupported } from '../../base/sql-error.ts';
import { partitionKey } from '../../plan/partition-key.ts';
import type { PlannedFile, ScanPlan } from '../../plan/plan.ts';
import { unsupportedFileFormat } from '../errors.ts';
import { columnSource } from './column-source.ts';
import type { EqualityDeleteSet } from './equality-deletes.ts';
import { deleteScope } from './equality-deletes.ts';
import { textListValue } from './list-value.ts';
import { readablePaths } from './readable-paths.ts';
import type { LocalFile } from './read-files-sql.ts';
import { readFilesSql } from './read-files-sql.ts';
import type { DeleteFilter, ScanContext } from './scan-context.ts';
import { localPath } from './scan-context.ts';
import { sqlText } from '../../base/sql-text.ts';

/**
 * Loads the equality deletes of each set of key fields into temp tables `bw_equality<number>_<i>`: key columns
 * `k<field id>`, `scope`, and the highest `seq`. Null matches null, -0 matches 0, NaN itself. Undefined without any.
 */
export async function equalityFilters(
  plan: ScanPlan,
  sets: readonly EqualityDeleteSet[],
  number: number,
  context: ScanContext,
): Promise<DeleteFilter | undefined> {
  if (sets.length === 0) return undefined;
  const sequences = plan.files.map(({ dataSequenceNumber }) => dataSequenceNumber.toString());
  const sequence = `([${sequences.join(', ')}]::BIGINT[])[s.row_file::INTEGER + 1]`;
  const joins: string[] = [];
  for (const [i, set] of sets.entries()) {
    const table = `bw_equality${number}_${i}`;
    const scopes = await loadSet(plan, set, table, context);
    const keys = set.fields.map(({ id }) => `s.k${id} IS NOT DISTINCT FROM e.k${id}`).join(' AND ');
    if (scopes.has('')) {
      joins.push(` ANTI JOIN (SELECT * FROM ${table} WHERE scope = '') AS e ON ${keys} AND e.seq > ${sequence}`);
    }
    if ([...scopes].some((scope) => scope !== '')) {
      const own = plan.files.map(({ file }) => sqlText(partitionKey(file.specId, file.partition)));
      const scope = `([${own.join(', ')}]::VARCHAR[])[s.row_file::INTEGER + 1]`;
      joins.push(
        ` ANTI JOIN (SELECT * FROM ${table} WHERE scope <> '') AS e ON ${keys} AND e.scope = ${scope} AND e.seq > ${sequence}`,
      );
    }
  }
  return { join: joins.join('') };
}

/** The scopes of the set's deletes. */
async function loadSet(
  plan: ScanPlan,
  set: EqualityDeleteSet,
  table: string,
  context: ScanContext,
): Promise<ReadonlySet<string>> {
  const files = await deleteFiles(plan, set, context);
  const columns = set.fields.map((field) => ({ alias: `k${field.id}`, field }));
  const groups = [...Map.groupBy(files, ({ schema }) => schema).values()];
  const reads = groups.map((group, i) => {
    for (const field of set.fields) {
      if (columnSource(field, group[0]!.schema, plan.nameMapping, () => undefined) === undefined) {
        throw notSupported(
          `equality deletes on nested column "${field.name}" of table "${plan.table}"`,
          'compact the table with the engine that wrote it',
        );
      }
    }
    return readFilesSql(group, columns, plan.nameMapping, `bw_equality_files${i}`, plan.table);
  });
  const setup = groups.map((group, i) => ({
    sql: `SET VARIABLE bw_equality_files${i} = $1`,
    parameters: [textListValue(group.map(({ path }) => path))],
  }));
  const scopes = set.deletes.map((index) => deleteScope(plan, index));
  const sequences = set.deletes.map((index) => plan.equalityDeletes[index]!.dataSequenceNumber.toString());
  const keys = set.fields.map(({ id }) => `k${id}`).join(', ');
  const load = `CREATE OR REPLACE TEMP TABLE ${table} AS
    SELECT ${keys}, ([${scopes.map(sqlText).join(', ')}])[row_file::INTEGER + 1] AS scope,
      max(([${sequences.join(', ')}]::BIGINT[])[row_file::INTEGER + 1]) AS seq
    FROM (${reads.map((sql) => `(${sql})`).join(' UNION ALL ')}) GROUP BY ${keys}, scope`;
  await context.query('SELECT 1', [...setup, { sql: load, parameters: [] }]);
  return new Set(scopes);
}

async function deleteFiles(
  plan: ScanPlan,
  set: EqualityDeleteSet,
  context: ScanContext,
): Promise<readonly LocalFile[]> {
  const deletes = set.deletes.map((index) => plan.equalityDeletes[index]!);
  const paths = deletes.map(({ file }) => {
    if (file.format !== 'parquet') throw unsupportedFileFormat(plan.table, file.format, 'delete');
    return localPath(file.path, context.files);
  });
  const schemas = await context.schemas.of(paths, context.query);
  const readable = await readablePaths(
    deletes.map(({ file }) => file),
    paths,
    context,
  );
  return deletes.map(({ file, dataSequenceNumber }, index) => {
    const spec = { specId: file.specId, fields: [] };
    const planned: PlannedFile = { file, spec, dataSequenceNumber, positionDeletes: [], equalityDeletes: [] };
    const traits = { hasFloatBloom: false, hasBytesBloom: false };
    return { planned, index, path: readable[index]!, schema: schemas[index]!, ...traits };
  });
}
