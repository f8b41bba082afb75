import { pick } from './history-columns.ts';
import type { ColumnKind, Dice } from './history-columns.ts';
import type { HistoryTable } from './history-table.ts';

export function someColumns(dice: Dice, { columns, required }: HistoryTable): readonly ColumnKind[] {
  if (dice(2) === 0) return columns;
  const some = columns.filter(({ name }) => dice(3) > 0 || (required.has(name) && dice(8) > 0));
  return some.length === 0 ? columns.slice(0, 2) : some;
}

export function names(columns: readonly ColumnKind[]): string {
  return columns.map(({ name }) => name).join(', ');
}

export function cell(dice: Dice, column: ColumnKind): string {
  const chance = dice(14);
  return chance === 0 ? 'NULL' : chance === 1 ? 'DEFAULT' : pick(dice, column.literals);
}

export function assignments(dice: Dice, target: HistoryTable, alias: string): string {
  const first = dice(target.columns.length);
  const chosen = target.columns.filter((_, index) => index === first || dice(5) === 0);
  return chosen
    .map((column) => `${column.name} = ${dice(12) === 0 ? 'DEFAULT' : value(dice, column, target, alias)}`)
    .join(', ');
}

/** An expression of the column's type over a row of `table`. */
export function value(dice: Dice, column: ColumnKind, table: HistoryTable, alias: string): string {
  const usable = column.forms.filter((form) => knows(table, form));
  const chance = dice(30);
  if (chance === 0 && column.failing !== undefined)
    return filled(dice, pick(dice, column.failing), column, table, alias);
  if (chance === 1)
    return `(SELECT max(z.${column.name}) FROM ${table.name} z WHERE z.id < 100)`.replace(
      /max\(z\.(ok|u|y)\)/,
      'min(z.$1::text)::$1',
    );
  if (chance < 12 || usable.length === 0) return `${pick(dice, column.literals)}::${column.type}`;
  if (chance === 12) return `NULL`;
  return filled(dice, pick(dice, usable), column, table, alias);
}

/** Columns that a form names are all there. */
function knows({ columns }: HistoryTable, form: string): boolean {
  return [...form.matchAll(/\$(\w+)/g)].every(([, name]) => columns.some((column) => column.name === name));
}

function filled(dice: Dice, form: string, column: ColumnKind, table: HistoryTable, alias: string): string {
  if (!knows(table, form)) return pick(dice, column.literals);
  return form
    .replaceAll(/\$(\w+)/g, (_, name: string) => `${alias}.${name}`)
    .replaceAll('{}', () => pick(dice, column.literals));
}

export function where(dice: Dice, table: HistoryTable, alias: string, other: HistoryTable): string {
  return dice(10) === 0 ? '' : ` WHERE ${condition(dice, table, alias, other)}`;
}

export function condition(dice: Dice, table: HistoryTable, alias: string, other: HistoryTable, depth = 2): string {
  const chance = dice(depth > 0 ? 14 : 8);
  const column = pick(dice, table.columns);
  const name = `${alias}.${column.name}`;
  const literal = (): string => pick(dice, column.literals);
  switch (chance) {
    case 0:
      return `${name} IS ${pick(dice, ['', 'NOT '])}NULL`;
    case 1:
      return `${name} ${pick(dice, ['', 'NOT '])}IN (${literal()}, ${literal()})`;
    case 2:
      return `${name} IS DISTINCT FROM ${literal()}`;
    case 3: {
      const usable = column.conditions.filter((form) => knows(table, form));
      return usable.length === 0
        ? `${name} = ${literal()}`
        : `(${filled(dice, pick(dice, usable), column, table, alias)})`;
    }
    case 8:
    case 9:
    case 10: {
      const [left, right] = [
        condition(dice, table, alias, other, depth - 1),
        condition(dice, table, alias, other, depth - 1),
      ];
      return `(${left} ${pick(dice, ['AND', 'OR'])} ${right})`;
    }
    case 11:
      return `NOT (${condition(dice, table, alias, other, depth - 1)})`;
    case 12:
      return `${pick(dice, ['', 'NOT '])}EXISTS (SELECT 1 FROM ${other.name} e WHERE e.id = ${alias}.id AND ${condition(dice, other, 'e', table, 0)})`;
    case 13:
      return `${alias}.id ${pick(dice, ['', 'NOT '])}IN (SELECT e.id FROM ${other.name} e WHERE e.id IS NOT NULL)`;
    default:
      return `${name} ${pick(dice, ['=', '<>', '<', '<=', '>', '>='])} ${literal()}${column.name === 'ok' ? '::bool' : ''}`;
  }
}

export function returning(dice: Dice, table: HistoryTable, alias: string): string {
  switch (dice(4)) {
    case 0:
      return ' RETURNING *';
    case 1:
      return ` RETURNING ${alias}.id, ${value(() => dice(1), pick(dice, table.columns.slice(0, 2)), table, alias)} AS x`;
    default:
      return '';
  }
}
