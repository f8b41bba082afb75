import { AGGREGATES, ALL_TYPES, ORDERED_TYPES, WINDOWS } from './random-forms.ts';
import type { SqlType } from './random-forms.ts';
import { pick, randomExpression } from './random-expression.ts';
import type { Dice, Leaf } from './random-expression.ts';
import type { RandomTable } from './random-table.ts';

/** `ordered` where every output column is a sort key. */
export type RandomQuery = { readonly sql: string; readonly ordered: boolean };

/** Types whose equal values all look alike: safe keys of groups, sets and total orders. */
const PLAIN: readonly SqlType[] = [
  'int',
  'bigint',
  'text',
  'bool',
  'date',
  'timestamp',
  'timestamptz',
  'time',
  'uuid',
  'bytea',
];

/** A SELECT statement over the tables. */
export function randomQuery(dice: Dice, tables: readonly RandomTable[]): RandomQuery {
  const kind = dice(12);
  if (kind === 0) return setOperation(dice, tables);
  if (kind === 1) return commonTable(dice, tables);
  if (kind === 2) return distinctOn(dice, tables);
  if (kind <= 5) return grouped(dice, tables);
  if (kind <= 7) return windowed(dice, tables);
  return plain(dice, tables);
}

type From = { readonly sql: string; readonly leaves: readonly Leaf[] };

function from(dice: Dice, tables: readonly RandomTable[]): From {
  const scan = (alias: string): From => {
    const table = pick(dice, tables);
    return {
      sql: `${table.name} ${alias}`,
      leaves: table.columns.map(({ sql, type }) => ({ sql: `${alias}.${sql}`, type })),
    };
  };
  const x = scan('x');
  switch (dice(9)) {
    case 0: {
      const y = scan('y');
      const join = pick(dice, ['join', 'left join', 'right join', 'full join', 'cross join']);
      // PostgreSQL has no full join on conditions that are neither hashable nor mergeable.
      const extra =
        join === 'full join' || dice(2) === 0
          ? ''
          : ` and ${randomExpression(dice, 'bool', 1, [...x.leaves, ...y.leaves])}`;
      const on =
        join === 'cross join' ? '' : ` on ${pick(dice, ['x.id = y.id', 'x.i1 = y.i1', 'x.id = y.i1'])}${extra}`;
      return { sql: `${x.sql} ${join} ${y.sql}${on}`, leaves: [...x.leaves, ...y.leaves] };
    }
    case 1: {
      const y = scan('y');
      const join = pick(dice, ['join', 'left join', 'full join']);
      return {
        sql: `${x.sql} ${join} ${y.sql} using (${pick(dice, ['id', 'i1', 'id, i1'])})`,
        leaves: [...x.leaves, ...y.leaves],
      };
    }
    case 2: {
      const type = pick(dice, ORDERED_TYPES);
      const expression = randomExpression(dice, type, 2, x.leaves);
      return {
        sql: `${x.sql} cross join lateral (select ${expression} as l1) l`,
        leaves: [...x.leaves, { sql: 'l.l1', type }],
      };
    }
    case 3: {
      const type = pick(dice, ORDERED_TYPES);
      const inner = `select x.id, ${randomExpression(dice, type, 2, x.leaves)} as q1 from ${x.sql}`;
      return {
        sql: `(${inner}) q`,
        leaves: [
          { sql: 'q.id', type: 'int' },
          { sql: 'q.q1', type },
        ],
      };
    }
    default:
      return x;
  }
}

function where(dice: Dice, tables: readonly RandomTable[], leaves: readonly Leaf[]): string {
  switch (dice(6)) {
    case 0:
    case 1:
      return ` where ${randomExpression(dice, 'bool', 2, leaves)}`;
    case 2: {
      const inner = pick(dice, tables);
      const inners = inner.columns.map(({ sql, type }) => ({ sql: `z.${sql}`, type }));
      const type = pick(dice, PLAIN);
      const condition = `${randomExpression(dice, type, 1, leaves)} = ${randomExpression(dice, type, 1, inners)}`;
      return ` where ${pick(dice, ['exists', 'not exists'])} (select from ${inner.name} z where ${condition})`;
    }
    case 3: {
      const inner = pick(dice, tables);
      const inners = inner.columns.map(({ sql, type }) => ({ sql: `z.${sql}`, type }));
      const type = pick(dice, ORDERED_TYPES);
      const operator = pick(dice, ['in', 'not in', '= any', '< all', '> any']);
      return ` where ${randomExpression(dice, type, 1, leaves)} ${operator} (select ${randomExpression(dice, type, 1, inners)} from ${inner.name} z where z.id < 6)`;
    }
    default:
      return '';
  }
}

/** A subquery of one value over another table, correlated by the outer's leaves. */
function scalarSubquery(dice: Dice, tables: readonly RandomTable[], leaves: readonly Leaf[], type: SqlType): string {
  const inner = pick(dice, tables);
  const inners = inner.columns.map(({ sql, type: t }) => ({ sql: `z.${sql}`, type: t }));
  const outer = leaves.find((leaf) => leaf.type === 'int')?.sql ?? '1';
  return `(select ${randomExpression(dice, type, 1, [...inners, ...leaves.slice(0, 2)])} from ${inner.name} z where z.id = ${outer} order by z.id limit 1)`;
}

function plain(dice: Dice, tables: readonly RandomTable[]): RandomQuery {
  const source = from(dice, tables);
  const types = Array.from({ length: 1 + dice(3) }, () => pick(dice, ALL_TYPES));
  const items = types.map((type) =>
    dice(12) === 0 ? scalarSubquery(dice, tables, source.leaves, type) : randomExpression(dice, type, 3, source.leaves),
  );
  const distinct = dice(8) === 0 && types.every((type) => PLAIN.includes(type)) ? 'distinct ' : '';
  return ending(
    dice,
    `select ${distinct}${items.join(', ')} from ${source.sql}${where(dice, tables, source.leaves)}`,
    types,
  );
}

/** Sorted by every column where equal keys look alike; then also with LIMIT. */
function ending(dice: Dice, sql: string, types: readonly SqlType[]): RandomQuery {
  const sortable = types.every((type) => ORDERED_TYPES.includes(type) && type !== 'interval');
  if (!sortable || dice(2) === 0) return { sql, ordered: false };
  const keys = types.map(
    (_, index) => `${index + 1}${pick(dice, ['', ' desc', ' nulls first', ' desc nulls last', ''])}`,
  );
  const limit = types.every((type) => PLAIN.includes(type))
    ? pick(dice, ['', '', ' limit 3', ' limit 2 offset 1', ' offset 2', ' fetch first 2 rows with ties'])
    : '';
  const alike = types.every((type) => type !== 'numeric' && type !== 'float' && type !== 'real');
  return { sql: `${sql} order by ${keys.join(', ')}${limit}`, ordered: alike };
}

/** Columns that together tell rows apart. */
function idsOf(leaves: readonly Leaf[]): readonly string[] {
  return leaves.filter(({ sql }) => sql.endsWith('.id')).map(({ sql }) => sql);
}

function aggregate(dice: Dice, leaves: readonly Leaf[]): Leaf {
  const { type, form } = pick(dice, AGGREGATES);
  const ids = idsOf(leaves);
  const sql = form
    .replaceAll(/\{(\w+)\}/g, (_, operand: string) =>
      randomExpression(dice, operand as SqlType, dice(3) === 0 ? 1 : 0, leaves),
    )
    .replace('@ids@', ids.length === 0 ? '1' : ids.join(', '));
  const filter = dice(5) === 0 ? ` filter (where ${randomExpression(dice, 'bool', 1, leaves)})` : '';
  return { type, sql: `${sql}${filter}` };
}

function grouped(dice: Dice, tables: readonly RandomTable[]): RandomQuery {
  const source = from(dice, tables);
  const keys: Leaf[] = Array.from({ length: dice(3) }, () => {
    const type = pick(dice, PLAIN);
    return { type, sql: randomExpression(dice, type, dice(2), source.leaves) };
  }).filter(({ sql }) => /[a-z]\./.test(sql));
  const aggregates = Array.from({ length: 1 + dice(3) }, () => aggregate(dice, source.leaves));
  const derived = [pick(dice, ALL_TYPES)].map((type) => ({
    type,
    sql: randomExpression(dice, type, 2, [...keys, ...aggregates]),
  }));
  const items = [...keys, ...aggregates, ...(dice(2) === 0 ? derived : [])];
  const list = keys.map(({ sql }) => sql).join(', ');
  const group =
    keys.length === 0
      ? ''
      : ` group by ${pick(dice, [list, list, list, `rollup (${list})`, `cube (${list})`, `grouping sets ((${list}), ())`])}`;
  const having = dice(4) === 0 ? ` having ${randomExpression(dice, 'bool', 1, [...keys, ...aggregates])}` : '';
  const grouping = keys.length > 0 && dice(4) === 0 ? [{ type: 'int' as SqlType, sql: `grouping(${list})` }] : [];
  const all = [...items, ...grouping];
  return ending(
    dice,
    `select ${all.map(({ sql }) => sql).join(', ')} from ${source.sql}${where(dice, tables, source.leaves)}${group}${having}`,
    all.map(({ type }) => type),
  );
}

function windowed(dice: Dice, tables: readonly RandomTable[]): RandomQuery {
  const source = from(dice, tables);
  const ids = idsOf(source.leaves);
  const windows = Array.from({ length: 1 + dice(2) }, () => {
    const { type, form } = pick(dice, WINDOWS);
    const sql = form.replaceAll(/\{(\w+)\}/g, (_, operand: string) =>
      randomExpression(dice, operand as SqlType, dice(2), source.leaves),
    );
    const key = pick(dice, PLAIN);
    const partition = dice(2) === 0 ? `partition by ${randomExpression(dice, key, dice(2), source.leaves)} ` : '';
    return { type, sql: `${sql} over (${partition}${orderAndFrame(dice, source.leaves, ids)})` };
  });
  const derived = pick(dice, ALL_TYPES);
  const items = [
    ...ids.map((sql) => ({ sql, type: 'int' as SqlType })),
    ...windows,
    ...(dice(3) === 0 ? [{ type: derived, sql: randomExpression(dice, derived, 2, windows) }] : []),
  ];
  return ending(
    dice,
    `select ${items.map(({ sql }) => sql).join(', ')} from ${source.sql}${where(dice, tables, source.leaves)}`,
    items.map(({ type }) => type),
  );
}

/** Orders that end in the ids are total, so every frame is determined. */
function orderAndFrame(dice: Dice, leaves: readonly Leaf[], ids: readonly string[]): string {
  const key = pick(dice, PLAIN);
  const order = `${randomExpression(dice, key, dice(2), leaves)}${pick(dice, ['', ' desc', ' nulls first'])}`;
  const bounds = [
    'unbounded preceding',
    '2 preceding',
    '1 preceding',
    'current row',
    '1 following',
    '2 following',
    'unbounded following',
  ];
  const start = dice(6);
  const end = Math.max(start, 1 + dice(6));
  const frame = `${pick(dice, ['rows', 'groups'])} between ${bounds[start]!} and ${bounds[end]!}${pick(dice, ['', '', ' exclude current row', ' exclude ties', ' exclude group'])}`;
  return `order by ${[order, ...ids].join(', ')} ${dice(2) === 0 ? '' : frame}`;
}

function setOperation(dice: Dice, tables: readonly RandomTable[]): RandomQuery {
  const types = Array.from({ length: 1 + dice(2) }, () => pick(dice, PLAIN));
  const arm = (): string => {
    const source = from(dice, tables);
    return `select ${types.map((type) => randomExpression(dice, type, 2, source.leaves)).join(', ')} from ${source.sql}${where(dice, tables, source.leaves)}`;
  };
  const words = ['union', 'union all', 'intersect', 'intersect all', 'except', 'except all'];
  const two = `(${arm()}) ${pick(dice, words)} (${arm()})`;
  return ending(dice, dice(3) === 0 ? `(${two}) ${pick(dice, words)} (${arm()})` : two, types);
}

function commonTable(dice: Dice, tables: readonly RandomTable[]): RandomQuery {
  const types = Array.from({ length: 1 + dice(2) }, () => pick(dice, ORDERED_TYPES));
  const source = from(dice, tables);
  const body = `select ${types.map((type, index) => `${randomExpression(dice, type, 2, source.leaves)} as k${index + 1}`).join(', ')} from ${source.sql}${where(dice, tables, source.leaves)}`;
  const leaves = types.map((type, index) => ({ sql: `w.k${index + 1}`, type }));
  const outs = Array.from({ length: 1 + dice(2) }, () => pick(dice, ALL_TYPES));
  const name = dice(2) === 0 ? 'c' : 'c as materialized';
  return ending(
    dice,
    `with ${name === 'c' ? 'c as' : name} (${body}) select ${outs.map((type) => randomExpression(dice, type, 2, leaves)).join(', ')} from c w`,
    outs,
  );
}

function distinctOn(dice: Dice, tables: readonly RandomTable[]): RandomQuery {
  const source = from(dice, tables);
  const ids = idsOf(source.leaves);
  const type = pick(dice, PLAIN);
  const key = randomExpression(dice, type, 1, source.leaves);
  const other = pick(dice, ALL_TYPES);
  return {
    sql: `select distinct on (${key}) ${[...ids, randomExpression(dice, other, 2, source.leaves)].join(', ')} from ${source.sql}${where(dice, tables, source.leaves)} order by ${[key, ...ids].join(', ')}`,
    ordered: true,
  };
}
