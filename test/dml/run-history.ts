import assert from 'node:assert/strict';
import { pick } from './history-columns.ts';
import type { Dice } from './history-columns.ts';
import { firstRows, randomHistoryTable } from './history-table.ts';
import type { HistoryStatement, HistoryTable } from './history-table.ts';
import { randomChange } from './random-history.ts';
import type { SqlReply, SqlSession } from './sql-session.ts';

/** A table's rows as another engine reads them, values as its text; undefined where there is no such engine. */
export type ReadByOther = (
  table: string,
  columns: readonly string[],
) => Promise<readonly (readonly (string | null)[])[] | undefined>;

export type HistoryOutcome = { readonly statements: number; readonly refusals: readonly string[] };

const TABLES = 3;
/** Statements of a transaction block, at most. */
const BLOCK = 6;

/** Plays one history on both servers; raises with all its statements where they differ. */
export async function runHistory(
  dice: Dice,
  sessions: readonly [gateway: SqlSession, postgres: SqlSession],
  schema: string,
  transactions: number,
  readByOther: ReadByOther,
): Promise<HistoryOutcome> {
  const [gateway, postgres] = sessions;
  const log: string[] = [];
  const refusals: string[] = [];
  const tables = Array.from({ length: TABLES }, (_, index) => randomHistoryTable(dice, `t${index}`));
  const past = new Map<string, { readonly table: string; readonly rows: readonly string[] }>();

  const ask = async (statement: HistoryStatement): Promise<SqlReply> => {
    log.push(statement.sql + (statement.copied === undefined ? '' : `\n${statement.copied}\\.`));
    const actual = await gateway.ask(statement.sql, statement.copied);
    if (actual.sqlstate === '0A000') {
      refusals.push(`${actual.message}: ${statement.sql}`);
      log.push(`-- refused: ${actual.message}`);
      if (actual.status === 'E') await postgres.ask('SELECT 1 / 0');
      return actual;
    }
    const expected = await postgres.ask(statement.sql, statement.copied);
    if (isOrderOfEvaluation(actual, expected)) return actual;
    assert.deepEqual(
      comparable(actual),
      comparable(expected),
      describe(schema, log, actual.message ?? expected.message),
    );
    return actual;
  };
  for (const [index, session] of sessions.entries()) {
    await session.rows(`CREATE SCHEMA ${schema}`);
    await session.rows(`SET search_path TO ${schema}`);
    for (const table of tables) {
      await session.rows(index === 0 ? table.partitioned : table.plain);
      if (index === 0) log.push(table.partitioned);
    }
  }
  for (const table of tables) await ask(firstRows(dice, table));
  for (let transaction = 0; transaction < transactions; transaction++) {
    if (dice(3) === 0) await runBlock(dice, tables, ask);
    else await ask(randomChange(dice, tables));
    for (const { name } of tables) {
      const rows = await postgres.rows(`SELECT * FROM ${name}`);
      assert.deepEqual(await gateway.rows(`SELECT * FROM ${name}`), rows, describe(schema, log, `rows of ${name}`));
      const [snapshot] = await gateway.rows(`SELECT snapshot_id FROM "${name}$refs" WHERE name = 'main'`);
      if (snapshot !== undefined && !past.has(snapshot)) past.set(snapshot, { table: name, rows });
    }
  }
  for (const [snapshot, { table, rows }] of past) {
    const then = await gateway.rows(`SELECT * FROM ${table} AS OF SNAPSHOT ${JSON.parse(snapshot) as string}`);
    assert.deepEqual(then, rows, describe(schema, log, `${table} as of ${snapshot}`));
  }
  for (const table of tables) await compareWithOther(gateway, schema, table, readByOther, log);
  for (const session of sessions) await session.rows(`DROP SCHEMA ${schema} CASCADE`);
  return { statements: log.length, refusals };
}

/** Rows and expressions that fail in several ways: which way is met first is not defined. */
function isOrderOfEvaluation(actual: SqlReply, expected: SqlReply): boolean {
  return [actual, expected].every(({ sqlstate }) => sqlstate !== undefined && /^2[123]/.test(sqlstate));
}

async function runBlock(
  dice: Dice,
  tables: readonly HistoryTable[],
  ask: (statement: HistoryStatement) => Promise<SqlReply>,
): Promise<void> {
  await ask({
    sql: pick(dice, ['BEGIN', 'BEGIN', 'BEGIN ISOLATION LEVEL REPEATABLE READ', 'BEGIN ISOLATION LEVEL SERIALIZABLE']),
  });
  const savepoints: string[] = [];
  const length = 1 + dice(BLOCK);
  for (let index = 0; index < length; index++) {
    const { status } = await ask(randomChange(dice, tables));
    const chance = dice(8);
    if (savepoints.length > 0 && (status === 'E' ? chance < 6 : chance === 0)) {
      const name = pick(dice, savepoints);
      await ask({ sql: `ROLLBACK TO SAVEPOINT ${name}` });
      savepoints.length = savepoints.indexOf(name) + 1;
    } else if (status === 'T' && chance < 4) {
      savepoints.push(`p${savepoints.length}`);
      await ask({ sql: `SAVEPOINT ${savepoints.at(-1)}` });
    } else if (status === 'T' && chance === 4 && savepoints.length > 0) {
      await ask({ sql: `RELEASE SAVEPOINT ${savepoints.pop()}` });
    }
    if (status === 'T') await ask({ sql: `SELECT * FROM ${pick(dice, tables).name}` });
  }
  await ask({ sql: dice(5) === 0 ? 'ROLLBACK' : 'COMMIT' });
}

/** Rows of a change come in any order. */
function comparable({ columns, rows, tag, status }: SqlReply): unknown {
  return { columns, rows: rows.toSorted(), tag, status };
}

function describe(schema: string, log: readonly string[], what: string | undefined): string {
  return `${schema}: ${what ?? ''}\n${log.join(';\n')};`;
}

/** Columns whose text another engine writes in its own way are made alike. */
async function compareWithOther(
  gateway: SqlSession,
  schema: string,
  { name, columns }: HistoryTable,
  readByOther: ReadByOther,
  log: readonly string[],
): Promise<void> {
  const theirs = await readByOther(
    `${schema}.${name}`,
    columns.map((column) => column.name),
  );
  if (theirs === undefined) return;
  const ours = (await gateway.rows(`SELECT * FROM ${name}`)).map(
    (row) => JSON.parse(row) as readonly (string | null)[],
  );
  const alike = (rows: readonly (readonly (string | null)[])[]): readonly string[] =>
    rows.map((row) => JSON.stringify(row.map((cell, index) => normal(cell, columns[index]!.type)))).toSorted();
  assert.deepEqual(alike(theirs), alike(ours), describe(schema, log, `${name} read by another engine`));
}

function normal(cell: string | null, type: string): string | null {
  if (cell === null) return null;
  switch (type) {
    case 'float8':
      return String(Number(cell.replace(/^nan$/i, 'NaN').replace(/^(-?)inf(inity)?$/i, '$1Infinity')));
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return cell
        .replace(/\+00(:00)?$/, '')
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
    default:
      return cell;
  }
}
