/**
 * MERGE of MERGE_CHANGES (100,000) rows into a table of MERGE_ROWS (20M), half of them matched, spread over the whole
 * table; against DuckDB alone on the same Parquet files: the join that computes the actions, and writing the new rows
 * and the deleted positions. Target: at most twice the join, plus the write. MERGE_RUNS (2) runs are rolled back, the
 * last one commits.
 */
import { availableParallelism, tmpdir } from 'node:os';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { startGateway } from '../test/support/gateway.ts';
import { bestOf } from './best-of.ts';

const rowCount = Number(process.env.MERGE_ROWS ?? 20_000_000);
const changeCount = Number(process.env.MERGE_CHANGES ?? 100_000);
const runs = Number(process.env.MERGE_RUNS ?? 2);
/** Every second change hits a row, these are so far apart. */
const step = Math.floor(rowCount / (changeCount / 2));

const MERGE = `MERGE INTO t USING changes AS c ON t.id = c.id
  WHEN MATCHED THEN UPDATE SET amount = c.amount, note = c.note
  WHEN NOT MATCHED THEN INSERT (id, customer, day, amount, note) VALUES (c.id, 1, DATE '2024-01-01', c.amount, c.note)`;

await using gateway = await startGateway();
await using client = await gateway.connect();
for (const text of [
  'CREATE TABLE t (id bigint, customer int, day date, amount numeric(12,2), note text)',
  'CREATE TABLE changes (id bigint, amount numeric(12,2), note text)',
  `INSERT INTO t SELECT i, (i % 100000)::int, DATE '2020-01-01' + (i % 1000)::int, (i % 10007)::numeric(12,2),
     'some note about order ' || i FROM generate_series(0, ${rowCount - 1}::bigint) AS g(i)`,
  `INSERT INTO changes SELECT CASE WHEN i % 2 = 0 THEN i / 2 * ${step} ELSE ${rowCount} + i END, (i % 977)::numeric(12,2),
     'changed ' || i FROM generate_series(0, ${changeCount - 1}::bigint) AS g(i)`,
  'SELECT count(amount) FROM t',
])
  await client.rows(text);

const folder = await mkdtemp(join(tmpdir(), 'bergwire-merge-'));
try {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(availableParallelism()) });
  const duckdb = await instance.connect();
  const files = async (table: string): Promise<string> => {
    const { rows } = await client.rows(`SELECT file_path FROM "${table}$files"`);
    return `read_parquet([${rows.map(([path]) => `'${path!.replace('file://', '')}'`).join(', ')}])`;
  };
  const actions = `CREATE OR REPLACE TEMP TABLE actions AS
    SELECT c.id, coalesce(t.customer, 1) AS customer, coalesce(t.day, DATE '2024-01-01') AS day, c.amount, c.note,
      t.file_index AS file, t.file_row_number AS pos
    FROM ${await files('changes')} AS c
    LEFT JOIN (SELECT *, file_index, file_row_number FROM ${await files('t')}) AS t ON t.id = c.id`;
  const joinMs = await bestOf(runs + 1, () => duckdb.run(actions));
  const writeMs = await bestOf(runs + 1, async () => {
    const copy = (sql: string, name: string) =>
      duckdb.run(`COPY (${sql}) TO '${join(folder, name)}' (FORMAT parquet, COMPRESSION zstd)`);
    await copy('SELECT id, customer, day, amount, note FROM actions', 'rows.parquet');
    await copy('SELECT file, pos FROM actions WHERE pos IS NOT NULL ORDER BY ALL', 'deletes.parquet');
  });
  let mergeMs = Infinity;
  for (let run = 0; run < runs; run++) {
    await client.rows('BEGIN');
    mergeMs = Math.min(mergeMs, await bestOf(1, () => client.rows(MERGE)));
    await client.rows('ROLLBACK');
  }
  const committedMs = await bestOf(1, async () => {
    const { tag } = await client.rows(MERGE);
    if (tag !== `MERGE ${changeCount}`) throw new Error(tag);
  });
  const best = Math.min(mergeMs, committedMs);
  console.log(
    `join ${joinMs.toFixed(0)} ms, write ${writeMs.toFixed(0)} ms, MERGE ${mergeMs.toFixed(0)} ms,`,
    `with its commit ${committedMs.toFixed(0)} ms; MERGE without the write is ${((best - writeMs) / joinMs).toFixed(2)}`,
    'of the join',
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
