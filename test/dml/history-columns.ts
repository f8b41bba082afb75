/** A whole number from 0 to below the bound. */
export type Dice = (below: number) => number;

/** A column of a random history's table: literals that meet each other, and expressions over an alias `$`. */
export type ColumnKind = {
  readonly name: string;
  readonly type: string;
  readonly literals: readonly string[];
  /** New values from a row's own; `$` is the alias with a point, `{}` a literal. */
  readonly forms: readonly string[];
  /** Conditions beyond comparisons. */
  readonly conditions: readonly string[];
  readonly transforms: readonly string[];
  /** Expressions that fail for some rows or all. */
  readonly failing?: readonly string[];
};

/** Every table has the first ones; others are drawn. */
export const ALWAYS = 4;

export const COLUMN_KINDS: readonly ColumnKind[] = [
  {
    name: 'id',
    type: 'int',
    literals: ['1', '2', '3', '5', '8', '13', '-4', '0', '21'],
    forms: ['$id + 1', '-$id', '$id % 7', 'coalesce($id, {})', 'length($s)', 'CASE WHEN $id > {} THEN {} ELSE $id END'],
    conditions: ['$id % 2 = 0', '$id + 1 > {}', 'abs($id) < {}'],
    transforms: ['id', 'bucket(3, id)', 'truncate(5, id)'],
    failing: ['$id / 0', '$id * 1000000000', '$s::int'],
  },
  {
    name: 's',
    type: 'text',
    literals: [`'a'`, `'b'`, `''`, `'ab'`, `'äöü'`, `'a%b'`, `'zzz'`, `'it''s'`, `'日本語'`, `'a b/c'`],
    forms: ['upper($s)', `$s || 'x'`, 'left($s, 2)', '$id::text', `coalesce($s, {})`, 'reverse($s)', 'nullif($s, {})'],
    conditions: [`$s LIKE 'a%'`, `$s || 'b' = 'ab'`, 'length($s) > 1', `$s ILIKE '%B%'`, 'starts_with($s, {})'],
    transforms: ['s', 'bucket(4, s)', 'truncate(1, s)'],
  },
  {
    name: 'd',
    type: 'date',
    literals: [`'2024-02-29'`, `'1969-12-31'`, `'2024-03-01'`, `'1970-01-01'`, `'2023-12-31'`],
    forms: ['$d + 1', `$d - {}::date + date '2024-01-01'`, 'coalesce($d, {})', `($d + interval '1 month')::date`],
    conditions: [`extract(year FROM $d) = 2024`, `$d < date '2000-01-01'`, `$d + 1 = {}`],
    transforms: ['d', 'year(d)', 'month(d)', 'day(d)', 'bucket(2, d)'],
  },
  {
    name: 'n',
    type: 'numeric(8,2)',
    literals: ['0', '1.50', '-2.25', '999.99', '100', '0.01'],
    forms: ['$n + 1', '$n * 2', 'round($n)', 'coalesce($n, {})', '$id * 1.5', 'abs($n)'],
    conditions: ['$n > 1', '$n * 2 < {}', '$n = round($n)'],
    transforms: ['n', 'bucket(3, n)', 'truncate(100, n)'],
    failing: ['$n * 100000', '1 / ($n - $n)'],
  },
  {
    name: 'b',
    type: 'bigint',
    literals: ['1', '-9223372036854775808', '9223372036854775807', '4000000000', '7'],
    forms: ['$b / 2', '-$id', 'coalesce($b, {})', '$b % 1000'],
    conditions: ['$b > $id', '$b BETWEEN -10 AND 10'],
    transforms: ['b', 'bucket(2, b)', 'truncate(10, b)'],
    failing: ['$b * 3'],
  },
  {
    name: 'h',
    type: 'smallint',
    literals: ['1', '2', '-32768', '32767', '0'],
    forms: ['$h / 2', '(-$id)::smallint', 'coalesce($h, {})'],
    conditions: ['$h > 0', '$h = $id'],
    transforms: ['h', 'bucket(2, h)', 'truncate(3, h)'],
    failing: ['$h + 30000', '(-$h)'],
  },
  {
    name: 'v',
    type: 'varchar(6)',
    literals: [`'one'`, `'two'`, `'three'`, `''`],
    forms: ['lower($v)', 'left($s, 6)', 'coalesce($v, {})'],
    conditions: [`$v LIKE 't%'`, '$v = $s'],
    transforms: ['v', 'bucket(2, v)', 'truncate(2, v)'],
    failing: [`$v || ' is too long'`],
  },
  {
    name: 'ts',
    type: 'timestamp',
    literals: [`'2024-02-29 12:34:56.789'`, `'1969-12-31 23:59:59.999999'`, `'2024-02-29'`, `'2001-01-01 01:00'`],
    forms: [`$ts + interval '1 hour'`, '$d::timestamp', 'coalesce($ts, {})', `date_trunc('day', $ts)`],
    conditions: [`$ts > timestamp '2020-01-01'`, '$ts::date = $d', 'extract(hour FROM $ts) = 12'],
    transforms: ['ts', 'year(ts)', 'month(ts)', 'day(ts)', 'hour(ts)', 'bucket(3, ts)'],
  },
  {
    name: 'tz',
    type: 'timestamptz',
    literals: [`'2024-03-31 01:30:00+00'`, `'1969-12-31 23:00:00-05'`, `'2024-07-01 12:00+02'`],
    forms: [`$tz - interval '1 day'`, 'coalesce($tz, {})'],
    conditions: [`$tz < timestamptz '2000-01-01 00:00+00'`],
    transforms: ['tz', 'year(tz)', 'month(tz)', 'day(tz)', 'hour(tz)', 'bucket(3, tz)'],
  },
  {
    name: 'f',
    type: 'float8',
    literals: ['1.5', `'NaN'`, `'-Infinity'`, `'-0'`, '0', '1e10', '-2.5'],
    forms: ['$f * 2', '-$f', 'coalesce($f, {})', '$id / 4.0'],
    conditions: ['$f > 0', `$f = 'NaN'`, '$f = 0', 'NOT ($f >= 1)'],
    transforms: [],
  },
  {
    name: 'ok',
    type: 'bool',
    literals: ['true', 'false'],
    forms: ['NOT $ok', '$id > 3', 'coalesce($ok, {})'],
    conditions: ['$ok', '$ok IS NOT TRUE'],
    transforms: ['ok'],
  },
  {
    name: 'u',
    type: 'uuid',
    literals: [`'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'`, `'00000000-0000-0000-0000-000000000000'`],
    forms: ['coalesce($u, {})'],
    conditions: [`$u > '80000000-0000-0000-0000-000000000000'`],
    transforms: ['bucket(2, u)', 'u'],
  },
  {
    name: 'y',
    type: 'bytea',
    literals: [`'\\x00ff'`, `'\\x'`, `'\\x616263'`],
    forms: [`$y || '\\x01'::bytea`, 'coalesce($y, {})'],
    conditions: ['length($y) > 0'],
    transforms: ['bucket(2, y)', 'truncate(1, y)', 'y'],
  },
  {
    name: 't',
    type: 'time',
    literals: [`'12:34:56.789'`, `'00:00'`, `'23:59:59.999999'`],
    forms: ['coalesce($t, {})', `$t + interval '1 hour'`],
    conditions: [`$t > time '12:00'`],
    transforms: ['t', 'bucket(2, t)'],
  },
];

export function pick<T>(dice: Dice, list: readonly T[]): T {
  return list[dice(list.length)]!;
}
