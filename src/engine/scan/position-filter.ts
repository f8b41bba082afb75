import type { DataFile } from '../../iceberg/iceberg.ts';
import type { ScanPlan } from '../../plan/plan.ts';
import { dataCorrupted, unsupportedFileFormat } from '../errors.ts';
import { integerListValue, textListValue } from './list-value.ts';
import type { PhysicalNode, PhysicalSchema } from './physical-schema.ts';
import { readablePaths } from './readable-paths.ts';
import type { DeleteFilter, ScanContext } from './scan-context.ts';
import { localPath } from './scan-context.ts';

/** Field ids of position delete files (spec: Reserved Field IDs). */
const FILE_PATH_ID = 2147483546;
const POS_ID = 2147483545;
/** Up to so many files with deletes a CASE over bit strings is fastest; beyond, an anti join. */
const MAX_BIT_FILES = 32;
/** Bit strings are as long as the largest file; beyond this many bits in all, an anti join. */
const MAX_BITS = 256_000_000;

/** Loads the position deletes that apply into the temp table `bw_deletes<number>`; undefined where there are none. */
export async function positionFilter(
  plan: ScanPlan,
  number: number,
  context: ScanContext,
): Promise<DeleteFilter | undefined> {
  const targets = plan.files.flatMap(({ file, positionDeletes }, index) =>
    positionDeletes.map((deletes) => ({ deletes, path: file.path, index })),
  );
  if (targets.length === 0) return undefined;
  const table = `bw_deletes${number}`;
  await loadDeletes(plan, targets, table, context);
  const counts = await context.query(`SELECT DISTINCT row_file FROM ${table} ORDER BY row_file`, []);
  const withDeletes = counts.map(([index]) => Number(index));
  if (withDeletes.length === 0) return undefined;
  const longest = Math.max(...withDeletes.map((index) => plan.files[index]!.file.recordCount));
  if (withDeletes.length > MAX_BIT_FILES || withDeletes.length * longest > MAX_BITS) {
    return { join: ` ANTI JOIN ${table} AS pd ON s.row_file = pd.row_file AND s.row_position = pd.pos` };
  }
  await context.query('SELECT 1', [
    {
      sql: `SET VARIABLE bw_bits${number} = (SELECT list(bits ORDER BY row_file) FROM (
        SELECT row_file, bitstring_agg(pos, 0, ${longest - 1}) AS bits FROM ${table} GROUP BY row_file))`,
      parameters: [],
    },
  ]);
  const branches = withDeletes.map(
    (index, i) => `WHEN ${index} THEN get_bit(getvariable('bw_bits${number}')[${i + 1}], s.row_position::INTEGER) = 0`,
  );
  return { join: '', condition: `CASE s.row_file ${branches.join(' ')} ELSE true END` };
}

type Target = { readonly deletes: number; readonly path: string; readonly index: number };

/** Positions by the plan's file index; each delete file only for the files that it applies to. */
async function loadDeletes(
  plan: ScanPlan,
  targets: readonly Target[],
  table: string,
  context: ScanContext,
): Promise<void> {
  const used = [...new Set(targets.map(({ deletes }) => deletes))];
  const paths = used.map((index) => deletePath(plan, plan.positionDeletes[index]!, context));
  const schemas = await context.schemas.of(paths, context.query);
  const readable = await readablePaths(
    used.map((index) => plan.positionDeletes[index]!),
    paths,
    context,
  );
  const groups = [
    ...Map.groupBy(
      readable.map((path, i) => ({ path, schema: schemas[i]!, index: used[i]! })),
      ({ schema }) => schema,
    ),
  ];
  const setup = groups.map(([, files], i) => ({
    sql: `SET VARIABLE bw_delete_files${i} = $1`,
    parameters: [textListValue(files.map(({ path }) => path))],
  }));
  const reads = groups.map(([schema, files], i) => {
    const number = `([${files.map(({ index }) => index).join(', ')}])[file_index::INTEGER + 1]`;
    const map = `MAP {${column(schema, FILE_PATH_ID, 'file_path')}: {name: 'path', type: 'VARCHAR', default_value: NULL},
      ${column(schema, POS_ID, 'pos')}: {name: 'pos', type: 'BIGINT', default_value: NULL}}`;
    return `SELECT path, pos, ${number} AS deletes FROM read_parquet(getvariable('bw_delete_files${i}'), schema = ${map})`;
  });
  const targetList = {
    sql: `CREATE OR REPLACE TEMP TABLE bw_targets AS
    SELECT unnest($1) AS deletes, unnest($2) AS path, unnest($3)::UBIGINT AS row_file, unnest($4) AS record_count`,
    parameters: [
      integerListValue(targets.map(({ deletes }) => deletes)),
      textListValue(targets.map(({ path }) => path)),
      integerListValue(targets.map(({ index }) => index)),
      integerListValue(targets.map(({ index }) => plan.files[index]!.file.recordCount)),
    ],
  };
  const load = {
    sql: `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT DISTINCT t.row_file, d.pos
      FROM (${reads.join(' UNION ALL ')}) AS d JOIN bw_targets AS t ON d.deletes = t.deletes AND d.path = t.path
      WHERE d.pos BETWEEN 0 AND t.record_count - 1`,
    parameters: [],
  };
  await context.query('SELECT 1', [...setup, targetList, load]);
}

function deletePath(plan: ScanPlan, file: DataFile, context: ScanContext): string {
  if (file.format !== 'parquet') throw unsupportedFileFormat(plan.table, file.format, 'delete');
  return localPath(file.path, context.files);
}

function column(schema: PhysicalSchema, id: number, name: string): string {
  const has = (match: (node: PhysicalNode) => boolean): boolean => schema.fields.some(match);
  if (has((node) => node.fieldId === id)) return String(id);
  if (!schema.hasFieldIds && has((node) => node.name === name)) return `'${name}'`;
  throw dataCorrupted(`a position delete file has no column "${name}"`);
}
