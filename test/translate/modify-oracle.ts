import { SqlError } from '../../src/base/sql-error.ts';
import { engineError } from '../../src/engine/worker/engine-error.ts';
import { translateModify } from '../../src/translate/translate-modify.ts';
import { readTree } from '../../src/tree/read-tree.ts';
import { dataRows, engineValues, withScans } from './oracle.ts';
import type { Oracle } from './oracle.ts';

/** What a statement leaves behind: its RETURNING rows, how many rows it touched, and the table's rows, sorted. */
export type Left = {
  readonly returned: readonly string[];
  readonly rowCount: number;
  readonly rows: readonly string[];
};
export type LeftOrError = Left | { readonly sqlstate: string; readonly message: string };

export async function leftByPostgres(oracle: Oracle, sql: string, table: string): Promise<LeftOrError> {
  await oracle.postgres('BEGIN');
  try {
    const done = await oracle.postgres(sql);
    const rowCount = oracle.rowsTouched();
    if ('sqlstate' in done) return done;
    const after = await oracle.postgres(`SELECT * FROM ${table}`);
    if ('sqlstate' in after) return after;
    return { returned: done.rows.toSorted(), rowCount, rows: after.rows.toSorted() };
  } finally {
    await oracle.postgres('ROLLBACK');
  }
}

/** Runs the translation's actions on the ordinary tables, as the writer would, and rolls back. */
export async function leftByUs(oracle: Oracle, sql: string): Promise<LeftOrError> {
  const context = { role: 'tester', settings: new Map([['search_path', 'public']]) };
  const plain = { parameters: [], setup: [], timeZone: 'UTC' };
  const run = async (text: string, parameters: readonly unknown[] = []): Promise<bigint> =>
    await oracle.duck.run({ ...plain, sql: text, parameters } as never);
  let text = '';
  try {
    const analysis = await oracle.embedded.analyse(context, sql, []);
    const environment = { relation: (oid: number) => oracle.relations.get(oid), fields: analysis.fields };
    const translation = translateModify(readTree(analysis.tree), environment);
    text = withScans(translation.sql, translation.scans);
    const values = await engineValues(oracle.embedded, translation.parameters, analysis.parameterOids, []);
    await run('BEGIN');
    try {
      await run(`CREATE TEMP TABLE actions AS ${text}`, values);
      const [[repeated]] = (await oracle.duck.values({
        ...plain,
        sql: `SELECT count(*) FROM (SELECT 1 FROM actions WHERE row_file IS NOT NULL GROUP BY row_file, row_position HAVING count(*) > 1)`,
      } as never)) as [[unknown]];
      if (Number(repeated) > 0) {
        if (translation.duplicates === 'error') return { sqlstate: '21000', message: 'a second time' };
        await run(
          `DELETE FROM actions WHERE rowid NOT IN (SELECT min(rowid) FROM actions GROUP BY row_file, row_position)`,
        );
      }
      const [[count]] = (await oracle.duck.values({ ...plain, sql: `SELECT count(*) FROM actions` } as never)) as [
        [unknown],
      ];
      const returned: string[] = [];
      const fields = analysis.fields ?? [];
      const rowsOf = async (
        select: string,
        into: string[],
        shown: typeof fields,
        encodings: unknown,
      ): Promise<void> => {
        const settings = {
          dateStyle: 'ISO, MDY',
          intervalStyle: 'postgres',
          timeZone: 'UTC',
          extraFloatDigits: 1,
          byteaOutput: 'hex',
        };
        const format = { fields: shown, encodings, formats: shown.map(() => 0), settings };
        const send = async (bytes: Uint8Array): Promise<void> => void into.push(...dataRows(bytes));
        await oracle.duck.rows({ ...plain, sql: select } as never, format as never, send, () => false);
      };
      if (translation.returning !== undefined) {
        const items = Array.from({ length: translation.returningWidth ?? 0 }, (_, index) => `r${index}`);
        await rowsOf(`SELECT ${items.join(', ')} FROM actions`, returned, fields, translation.returning);
      }
      const table = translation.target.relationName;
      const columns = translation.target.columns.map((column) => column!);
      await run(`DELETE FROM ${table} WHERE rowid IN (SELECT row_position FROM actions WHERE action IN (2, 3))`);
      await run(
        `INSERT INTO ${table} SELECT ${columns.map(({ attnum }) => `n${attnum}`).join(', ')} FROM actions WHERE action IN (1, 2)`,
      );
      const rows: string[] = [];
      const whole = await oracle.embedded.analyse(context, `SELECT * FROM ${table}`, []);
      await rowsOf(
        `SELECT ${columns.map(({ attnum }) => `c${attnum}`).join(', ')} FROM ${table}`,
        rows,
        whole.fields ?? [],
        columns.map((column, index) =>
          typeof column.field.type === 'object' && column.field.type.kind === 'decimal'
            ? { kind: 'numeric', column: index, displayScale: column.field.type.scale }
            : { kind: 'plain', column: index },
        ),
      );
      return { returned: returned.toSorted(), rowCount: Number(count), rows: rows.toSorted() };
    } finally {
      await run('ROLLBACK');
    }
  } catch (error) {
    if (error instanceof SqlError) return { sqlstate: error.sqlstate, message: error.message };
    const raised = engineError(error, false);
    return {
      sqlstate: raised instanceof SqlError ? raised.sqlstate : 'XX000',
      message: `${(error as Error).message}\n${text}`,
    };
  }
}
