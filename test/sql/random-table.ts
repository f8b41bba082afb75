import { ALL_TYPES, LITERALS, NAMES } from './random-forms.ts';
import type { SqlType } from './random-forms.ts';
import { pick } from './random-expression.ts';
import type { Dice, Leaf } from './random-expression.ts';

/** A table with columns of random types, always with an `id`. */
export type RandomTable = {
  readonly name: string;
  readonly columns: readonly Leaf[];
  readonly statements: readonly string[];
};

/** Types that a table of the gateway stores. */
const STORED: readonly SqlType[] = ALL_TYPES.filter((type) => type !== 'smallint' && type !== 'interval');

const STORED_NAMES: Partial<Record<SqlType, readonly string[]>> = {
  numeric: ['numeric(12,2)', 'numeric(18,6)', 'numeric(5,0)', 'numeric(24,4)'],
  varchar: ['varchar(10)', 'varchar'],
};

/** Values that columns hold besides the literals. */
const EXTREMES: Partial<Record<SqlType, readonly string[]>> = {
  int: ['(-2147483648)', '2147483646', '42'],
  bigint: ['(-9223372036854775808)', '9223372036854775806'],
  numeric: ['99999', '-99999', '0.01', '1', '2.5'],
  float: [`'Infinity'`, '1e300', '-1e-300', '2.5', '-0.5', '3'],
  real: [`'Infinity'`, '3e38', '16777216', '2.5'],
  text: [`'b'`, `'ab'`, `'a%c'`, `'x y z'`, `'Äpfel'`, `'back\\slash'`, `'it''s'`, `'2024-01-01'`, `'  '`, `'😀'`],
  date: [`'0001-01-01'`, `'2024-12-30'`, `'1969-12-31'`],
  timestamp: [`'0001-01-01 00:00:00.000001'`, `'1969-12-31 23:59:59.5'`, `'9999-12-31 23:59:59.999999'`],
  timestamptz: [`'2024-03-31 01:30:00+00'`, `'1900-01-01 00:00:00+00'`, `'2024-11-03 06:00:00+00'`],
};

export function randomTable(dice: Dice, name: string, rowCount: number): RandomTable {
  const columns: Leaf[] = STORED.flatMap((type) =>
    Array.from({ length: type === 'int' ? 2 : 1 }, (_, index) => ({ sql: `${COLUMN[type]}${index + 1}`, type })),
  ).filter(({ sql }) => sql === 'i1' || dice(6) > 0);
  const types = columns.map(({ sql, type }) => `${sql} ${pick(dice, STORED_NAMES[type] ?? [NAMES[type]])}`);
  const rows = Array.from({ length: rowCount }, (_, id) => {
    const cells = columns.map(({ type }) =>
      dice(7) === 0
        ? 'NULL'
        : pick(dice, [...(type === 'numeric' ? ['0.5', '-1'] : LITERALS[type]), ...(EXTREMES[type] ?? [])]),
    );
    return `(${[id + 1, ...cells].join(', ')})`;
  });
  return {
    name,
    columns: [{ sql: 'id', type: 'int' }, ...columns],
    statements: [`CREATE TABLE ${name} (id int, ${types.join(', ')})`, `INSERT INTO ${name} VALUES ${rows.join(', ')}`],
  };
}

const COLUMN: Readonly<Record<SqlType, string>> = {
  int: 'i',
  bigint: 'b',
  smallint: 'h',
  numeric: 'n',
  float: 'f',
  real: 'r',
  text: 's',
  varchar: 'v',
  bool: 'ok',
  date: 'd',
  timestamp: 'ts',
  timestamptz: 'tz',
  time: 't',
  interval: 'w',
  uuid: 'u',
  bytea: 'y',
  ints: 'ai',
  texts: 'at',
};
