import type { TableName } from '../catalog/catalog.ts';
import type { EngineConnection } from '../engine/engine.ts';
import type { NestedField } from '../iceberg/iceberg.ts';
import { checkViolation, notNullViolation } from './errors.ts';

/** A CHECK constraint, its condition translated over one scan marker of the table's columns. */
export type TranslatedCheck = { readonly name: string; readonly sql: (rows: string) => string };

/** New rows in the temp table `actions` of a connection, and what must hold of them. */
export type CheckedRows = {
  readonly connection: EngineConnection;
  readonly timeZone: string;
  readonly table: TableName;
  /** Live columns. */
  readonly columns: readonly { readonly attnum: number; readonly field: NestedField }[];
  readonly checks: readonly TranslatedCheck[];
  /** The DETAIL about one row that fails, given as SQL of the table's columns. */
  readonly failingRow?: (row: string) => Promise<string>;
};

const INSERTED = `action IN (1, 2)`;

/** NOT NULL and CHECK in one query; only where it finds something, the first row that fails and why are looked for. */
export async function checkRows(run: CheckedRows): Promise<void> {
  const required = run.columns.filter(({ field }) => field.required);
  if (required.length === 0 && run.checks.length === 0) return;
  if (!(await anyFails(run, required, run.checks, INSERTED))) return;
  const row = await firstFailing(run, required);
  const detail = await run.failingRow?.(`(SELECT ${newColumns(run)} FROM actions WHERE rowid = ${row})`);
  for (const column of required)
    if (await anyFails(run, [column], [], `rowid = ${row}`))
      throw notNullViolation(run.table, column.field.name, detail);
  for (const check of run.checks.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    if (await anyFails(run, [], [check], `rowid = ${row}`)) throw checkViolation(run.table, check.name, detail);
}

async function anyFails(
  run: CheckedRows,
  required: readonly { readonly attnum: number }[],
  checks: readonly TranslatedCheck[],
  which: string,
): Promise<boolean> {
  const rows = `(SELECT ${newColumns(run)} FROM actions WHERE ${which})`;
  const nulls = required.map(({ attnum }) => `n${attnum} IS NULL`).join(' OR ');
  const failures = [
    ...(nulls === '' ? [] : [`EXISTS (SELECT 1 FROM actions WHERE ${which} AND (${nulls}))`]),
    ...checks.map((check) => `EXISTS (SELECT 1 FROM (${check.sql(rows)}) AS q(ok) WHERE NOT ok)`),
  ];
  return (await single(run, `SELECT CAST(${failures.join(' OR ')} AS INTEGER)`)) === 1n;
}

/** The first failing row's number in `actions`, by halves: a check says whether it holds, not of which row. */
async function firstFailing(run: CheckedRows, required: readonly { readonly attnum: number }[]): Promise<bigint> {
  let low = 0n;
  let high = await single(run, `SELECT max(rowid) FROM actions`);
  while (low < high) {
    const middle = (low + high) / 2n;
    const which = `${INSERTED} AND rowid BETWEEN ${low} AND ${middle}`;
    if (await anyFails(run, required, run.checks, which)) high = middle;
    else low = middle + 1n;
  }
  return low;
}

function newColumns({ columns }: CheckedRows): string {
  return columns.map(({ attnum }) => `n${attnum} AS c${attnum}`).join(', ');
}

async function single({ connection, timeZone }: CheckedRows, sql: string): Promise<bigint> {
  const rows = await connection.values({ sql, scans: [], parameters: [], timeZone });
  return BigInt(rows[0]?.[0] as string | number | bigint);
}
