import { COLUMN_KINDS, pick } from './history-columns.ts';
import type { Dice } from './history-columns.ts';
import { assignments, cell, condition, names, returning, someColumns, value, where } from './history-expression.ts';
import { firstRows } from './history-table.ts';
import type { HistoryStatement, HistoryTable } from './history-table.ts';

/** A statement that changes a table; `tables` may be read by it. */
export function randomChange(dice: Dice, tables: readonly HistoryTable[]): HistoryStatement {
  const target = pick(dice, tables);
  const make = pick(dice, CHANGES);
  return make(dice, target, pick(dice, tables));
}

type MakeChange = (dice: Dice, target: HistoryTable, other: HistoryTable) => HistoryStatement;

const CHANGES: readonly MakeChange[] = [
  insertValues,
  insertValues,
  insertValues,
  insertSelect,
  insertSelect,
  copyRows,
  update,
  update,
  updateFrom,
  updateMany,
  deleteRows,
  deleteRows,
  deleteUsing,
  merge,
  merge,
  merge,
  withChanges,
  everyRow,
];

function insertValues(dice: Dice, target: HistoryTable): HistoryStatement {
  if (dice(15) === 0)
    return { sql: `INSERT INTO ${target.name} DEFAULT VALUES${returning(dice, target, target.name)}` };
  const columns = someColumns(dice, target);
  const rows = Array.from({ length: 1 + dice(6) }, () => `(${columns.map((column) => cell(dice, column)).join(', ')})`);
  return {
    sql: `INSERT INTO ${target.name} (${names(columns)}) VALUES ${rows.join(', ')}${returning(dice, target, target.name)}`,
  };
}

function insertSelect(dice: Dice, target: HistoryTable, other: HistoryTable): HistoryStatement {
  const columns = someColumns(dice, target).filter((column) => other.columns.includes(column));
  if (columns.length === 0) return insertValues(dice, target);
  const values = columns.map((column) => (dice(2) === 0 ? `o.${column.name}` : value(dice, column, other, 'o')));
  const source = `SELECT ${values.join(', ')} FROM ${other.name} o${where(dice, other, 'o', target)}`;
  const limited =
    dice(3) === 0 ? `WITH o AS (SELECT * FROM ${other.name}) ${source.replace(`${other.name} o`, 'o')}` : source;
  return { sql: `INSERT INTO ${target.name} (${names(columns)}) ${limited}${returning(dice, target, target.name)}` };
}

function copyRows(dice: Dice, target: HistoryTable): HistoryStatement {
  const columns = someColumns(dice, target);
  const rows = Array.from({ length: dice(5) }, () =>
    columns.map((column) => (dice(6) === 0 ? '\\N' : plainText(pick(dice, column.literals)))).join('\t'),
  );
  if (dice(12) === 0) rows.push('not\ta\trow');
  return {
    sql: `COPY ${target.name} (${names(columns)}) FROM STDIN`,
    copied: rows.map((row) => `${row}\n`).join(''),
  };
}

/** A literal as COPY's text format has it. */
function plainText(literal: string): string {
  const text = literal.startsWith(`'`) ? literal.slice(1, -1).replaceAll(`''`, `'`) : literal;
  return text.replaceAll('\\', '\\\\');
}

function update(dice: Dice, target: HistoryTable, other: HistoryTable): HistoryStatement {
  return {
    sql: `UPDATE ${target.name} AS t SET ${assignments(dice, target, 't')}${where(dice, target, 't', other)}${returning(dice, target, 't')}`,
  };
}

function updateFrom(dice: Dice, target: HistoryTable, other: HistoryTable): HistoryStatement {
  const source = uniqueSource(dice, other);
  const set = [`s = o.text`, ...(dice(2) === 0 ? ['id = o.key + 1'] : []), ...(dice(2) === 0 ? ['n = DEFAULT'] : [])];
  const further = dice(2) === 0 ? ` AND ${condition(dice, target, 't', other)}` : '';
  const shown = dice(2) === 0 ? ' RETURNING t.*, o.key, o.text' : '';
  return { sql: `UPDATE ${target.name} t SET ${set.join(', ')} FROM ${source} o WHERE t.id = o.key${further}${shown}` };
}

function updateMany(dice: Dice, target: HistoryTable, other: HistoryTable): HistoryStatement {
  const inner =
    dice(3) === 0
      ? `SELECT o.s, o.n FROM ${other.name} o WHERE o.id = t.id`
      : `SELECT max(o.s), min(o.n) FROM ${other.name} o WHERE o.id ${pick(dice, ['=', '<', '>='])} t.id`;
  return {
    sql: `UPDATE ${target.name} t SET (s, n) = (${inner})${where(dice, target, 't', other)}${returning(dice, target, 't')}`,
  };
}

function deleteRows(dice: Dice, target: HistoryTable, other: HistoryTable): HistoryStatement {
  return { sql: `DELETE FROM ${target.name} t${where(dice, target, 't', other)}${returning(dice, target, 't')}` };
}

function deleteUsing(dice: Dice, target: HistoryTable, other: HistoryTable): HistoryStatement {
  const further = dice(2) === 0 ? ` AND ${condition(dice, other, 'o', target)}` : '';
  if (dice(2) === 0) return { sql: `DELETE FROM ${target.name} t USING ${other.name} o WHERE t.id = o.id${further}` };
  return {
    sql: `DELETE FROM ${target.name} t USING ${uniqueSource(dice, other)} o WHERE t.id = o.key RETURNING t.id, o.text, t.*`,
  };
}

/** One statement that changes rows in its WITH, and reads or writes what these return. */
function withChanges(dice: Dice, target: HistoryTable, other: HistoryTable): HistoryStatement {
  const common = target.columns.filter((column) => other.columns.includes(column));
  const moved = `WITH moved AS (DELETE FROM ${target.name} t${where(dice, target, 't', other)} RETURNING ${common.map(({ name }) => `t.${name}`).join(', ')})`;
  return pick<() => HistoryStatement>(dice, [
    () => ({ sql: `${moved} INSERT INTO ${other.name} (${names(common)}) SELECT ${names(common)} FROM moved` }),
    () => ({ sql: `${moved} SELECT count(*), max(s), min(id) FROM moved` }),
    () => ({
      sql: `WITH made AS (INSERT INTO ${target.name} (id, s) SELECT o.id, o.s FROM ${other.name} o${where(dice, other, 'o', target)} RETURNING id, s)
        SELECT made.id, made.s, (SELECT count(*) FROM ${target.name}) FROM made`,
    }),
    () => ({
      sql: `WITH changed AS (UPDATE ${target.name} t SET ${assignments(dice, target, 't')}${where(dice, target, 't', other)} RETURNING t.id, t.n)
        SELECT sum(n), count(id) FROM changed`,
    }),
  ])();
}

function merge(dice: Dice, target: HistoryTable, other: HistoryTable): HistoryStatement {
  const source = dice(6) === 0 ? `(SELECT id AS key, s AS text FROM ${other.name})` : uniqueSource(dice, other);
  const matched = (): string => {
    const further = dice(2) === 0 ? ` AND ${condition(dice, target, 't', other)}` : '';
    const own = target.columns.filter(({ name }) => name !== 's');
    const column = pick(dice, own);
    const action = pick(dice, [
      'DELETE',
      'DO NOTHING',
      `UPDATE SET s = o.text, ${column.name} = ${value(dice, column, target, 't')}`,
      `UPDATE SET ${assignments(dice, target, 't')}`,
    ]);
    return `WHEN MATCHED${further} THEN ${action}`;
  };
  const absent = (): string => {
    const further = dice(2) === 0 ? ` AND o.key ${pick(dice, ['>', '<', '<>'])} ${dice(10)}` : '';
    const others = someColumns(dice, target).filter(({ name }) => name !== 'id' && name !== 's');
    const action = pick(dice, [
      'DO NOTHING',
      'INSERT DEFAULT VALUES',
      `INSERT (id, s) VALUES (o.key, o.text)`,
      `INSERT (${names([...target.columns.slice(0, 2), ...others])}) VALUES (${['o.key', 'o.text', ...others.map((column) => cell(dice, column))].join(', ')})`,
    ]);
    return `WHEN NOT MATCHED${further} THEN ${action}`;
  };
  const clauses = Array.from({ length: 1 + dice(3) }, () => (dice(2) === 0 ? matched() : absent()));
  return {
    sql: `MERGE INTO ${target.name} t USING ${source} o ON ${mergeCondition(dice, target, other)} ${reachable(clauses).join(' ')}`,
  };
}

function mergeCondition(dice: Dice, target: HistoryTable, other: HistoryTable): string {
  return dice(3) === 0 ? `t.id = o.key AND ${condition(dice, target, 't', other)}` : 't.id = o.key';
}

/** PostgreSQL refuses a clause behind one of its kind without a condition. */
function reachable(clauses: readonly string[]): readonly string[] {
  const ended = new Set<string>();
  return clauses.filter((clause) => {
    const kind = clause.startsWith('WHEN NOT') ? 'absent' : 'matched';
    if (ended.has(kind)) return false;
    if (/^WHEN (NOT )?MATCHED THEN/.test(clause)) ended.add(kind);
    return true;
  });
}

function everyRow(dice: Dice, target: HistoryTable, other: HistoryTable): HistoryStatement {
  if (dice(2) === 0) return firstRows(dice, target);
  return pick<() => HistoryStatement>(dice, [
    () => ({ sql: `DELETE FROM ${target.name}` }),
    () => ({ sql: `TRUNCATE ${target.name}` }),
    () => ({ sql: `TRUNCATE TABLE ${target.name}${target === other ? '' : `, ${other.name}`}` }),
    () => ({ sql: `UPDATE ${target.name} t SET ${assignments(dice, target, 't')}` }),
  ])();
}

/** Rows with unlike keys `key` and a `text`, so that which one meets a row of the target is decided. */
function uniqueSource(dice: Dice, other: HistoryTable): string {
  if (dice(2) === 0) return `(SELECT id AS key, max(s) AS text FROM ${other.name} GROUP BY id)`;
  const keys = COLUMN_KINDS[0]!.literals.filter(() => dice(3) > 0);
  const rows = (keys.length === 0 ? ['1'] : keys).map(
    (key) => `(${key}, ${pick(dice, [`'x'`, `'m'`, 'NULL', `'ab'`])})`,
  );
  return `(SELECT key, text::text FROM (VALUES ${rows.join(', ')}) v(key, text))`;
}
