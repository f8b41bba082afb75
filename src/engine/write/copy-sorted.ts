import { join } from 'node:path';
import { plainStatement } from './sql-runner.ts';
import { sqlText } from '../../base/sql-text.ts';
import type { SqlRunner } from './sql-runner.ts';
import { writtenFile } from './written-file.ts';
import type { WrittenFile } from './written-file.ts';

/** A file may be so many times as large as the target before it is written again in parts. */
const TOLERANCE = 1.5;

/**
 * Writes sorted rows, one partition after another. COPY keeps an order only within a single file that it neither
 * splits nor partitions, so both are done here. `source` yields the columns `names` and `keys` in any order; `order`
 * is its ORDER BY clause.
 */
export async function copySorted(
  runner: SqlRunner,
  folder: string,
  rows: {
    readonly source: string;
    readonly names: readonly string[];
    readonly keys: readonly string[];
    readonly order: string;
  },
  options: { readonly copy: string; readonly targetBytes: number; readonly timeZone: string },
): Promise<readonly WrittenFile[]> {
  const { names, keys } = rows;
  const run = async (sql: string): Promise<readonly (readonly unknown[])[]> =>
    await runner.values(plainStatement(sql, options.timeZone));
  await runner.run(
    plainStatement(`CREATE OR REPLACE TEMP TABLE sorted_rows AS ${rows.source}${rows.order}`, options.timeZone),
  );
  const partitions = keys.length === 0 ? [[]] : await run(`SELECT DISTINCT ${keys.join(', ')} FROM sorted_rows`);
  const files: WrittenFile[] = [];
  for (const [ordinal, values] of partitions.entries()) {
    const partition = new Map(
      keys.map((key, i) => [key, values[i] === null ? null : String(values[i] as string | number | bigint)]),
    );
    const own = keys.map((key) => `${key}::VARCHAR IS NOT DISTINCT FROM ${literal(partition.get(key) ?? null)}`);
    const selected = `SELECT ${names.join(', ')} FROM sorted_rows${own.length === 0 ? '' : ` WHERE ${own.join(' AND ')}`}`;
    const copy = async (name: string, part: string): Promise<WrittenFile> => {
      const [row] = await run(`COPY (${selected}${part}) TO ${sqlText(join(folder, name))} (${options.copy})`);
      return { ...writtenFile(row!), partition };
    };
    const whole = await copy(`sorted-${ordinal}.parquet`, '');
    if (whole.sizeBytes <= options.targetBytes * TOLERANCE) {
      files.push(whole);
      continue;
    }
    const parts = Math.ceil(whole.sizeBytes / options.targetBytes);
    const length = Math.ceil(whole.recordCount / parts);
    for (let part = 0; part * length < whole.recordCount; part++) {
      files.push(await copy(`sorted-${ordinal}-${part}.parquet`, ` LIMIT ${length} OFFSET ${part * length}`));
    }
  }
  await runner.run(plainStatement('DROP TABLE sorted_rows', options.timeZone));
  return files;
}

function literal(text: string | null): string {
  return text === null ? 'NULL' : sqlText(text);
}
