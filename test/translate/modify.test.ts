import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { leftByPostgres, leftByUs } from './modify-oracle.ts';
import { openOracle } from './oracle.ts';
import type { Oracle } from './oracle.ts';
import { SAMPLE_ROWS, SAMPLE_TABLES } from './sample-tables.ts';

let oracle: Oracle;
before(async () => {
  oracle = await openOracle(SAMPLE_TABLES, SAMPLE_ROWS);
});
after(async () => {
  await oracle?.[Symbol.asyncDispose]();
});

/** Table, then statement; PostgreSQL 15 knows all of them. */
const STATEMENTS: readonly (readonly [table: string, sql: string])[] = [
  ['u', `insert into u values (7, 70, 'seven', 7.7)`],
  ['u', `insert into u values (7, 70, 'seven', 7.7), (8, null, default, 1.23456) returning *`],
  ['u', `insert into u (s, id) values ('only', 1) returning id, s, x, n + 1`],
  ['u', `insert into u select id, a, s, n from t where id < 4 returning id * 2 as twice, s || '!'`],
  ['u', `insert into u select id, count(*), max(s), avg(n) from t where id < 3 group by id`],
  ['u', `insert into u (id, n) select x, x / 3.0 from generate_series(1, 3) x returning id, n, n / 7`],
  ['u', `insert into u default values returning *`],
  ['u', `with w as (select id, a from t where id > 6) insert into u (id, x) select id, id from w`],
  ['u', `insert into u values (1, 2, 'x', 99999999.9)`],
  ['u', `insert into u (id) values (2147483648)`],
  ['t', `delete from t`],
  ['t', `delete from t where a = 10 returning id, s`],
  ['t', `delete from t where id in (select id from u)`],
  ['t', `delete from t using u where t.id = u.id returning t.id`],
  ['t', `delete from t where exists (select 1 from u where u.x = t.a) returning *`],
  ['t', `delete from t where false`],
  ['t', `update t set a = a + 1, s = upper(s) where id < 4 returning *`],
  ['t', `update t set n = n / 3, m = 0.12345 where id <> 3 returning id, n, m, n * m`],
  ['t', `update t set a = null, d = d + 1, ok = not ok where id < 3`],
  ['t', `update t set a = b, b = a where id < 3 returning a, b`],
  ['t', `update t set a = u.x, s = u.s from u where u.id = t.id and u.x <> 21 returning t.id, t.a, u.x`],
  ['t', `update t set (a, s) = (select x, s from u where u.id = t.id and x <> 21) where id < 4 returning id, a, s`],
  ['t', `update t set a = (select count(*) from u where u.id = t.id) returning id, a`],
  ['t', `update t set a = default where id = 1 returning a`],
  ['t', `update t set a = 2147483647 + a where id = 1`],
  ['t', `update t set s = s where id = 100`],
  [
    'u',
    `merge into u using t on u.id = t.id when matched then update set s = t.s when not matched then insert values (t.id, t.a, t.s, t.n)`,
  ],
  [
    'u',
    `merge into u using t on u.x = t.a and t.id <> 4 when matched and t.n > 2 then delete when matched then update set n = t.n, x = u.x + 1 when not matched and t.id = 7 then insert (id, s) values (t.id, 'new')`,
  ],
  [
    'u',
    `merge into u using t on u.id = t.id and t.id = 1 when matched then do nothing when not matched then insert values (100, 1)`,
  ],
  [
    'u',
    `merge into u using (select id, max(s) as s from t group by id) q on u.id = q.id when matched and u.x = 20 then delete when not matched then do nothing`,
  ],
  ['t', `merge into t using u on t.id = u.id when matched then update set a = u.x`],
  ['t', `merge into t using u on t.a = u.x when matched then delete`],
  [
    't',
    `merge into t using (values (1, 'one'), (50, 'fifty')) v(id, s) on t.id = v.id when matched then update set s = v.s when not matched then insert (id, s) values (v.id, v.s)`,
  ],
  [
    't',
    `with w as (select * from u where x = 10) merge into t using w on t.id = w.id when matched then update set n = w.n`,
  ],
  [
    't',
    `merge into t using u on t.id = u.id and u.x <> 21 when matched and exists (select 1 from u u2 where u2.x = t.a) then update set a = (select max(x) from u), s = 'm' when matched then delete`,
  ],
  ['t', `delete from t where id = (select min(id) from t) returning (select count(*) from u where u.id = t.id), id`],
  ['u', `insert into u (id, x) values (5, (select max(id) from t)) returning x, (select s from t where t.id = u.id)`],
  ['t', `merge into t using u join e on u.id = e.id on t.id = u.id when not matched then insert (id) values (0)`],
];

for (const [table, sql] of STATEMENTS)
  test(`as PostgreSQL: ${sql}`, async () => {
    const expected = await leftByPostgres(oracle, sql, table);
    const actual = await leftByUs(oracle, sql);
    if ('sqlstate' in expected)
      assert.equal('sqlstate' in actual ? actual.sqlstate : JSON.stringify(actual), expected.sqlstate);
    else assert.deepEqual(actual, expected);
  });

test('MERGE by source, merge_action() and OLD and NEW, which PostgreSQL 15 lacks', async () => {
  const left = await leftByUs(
    oracle,
    `merge into u using t on u.id = t.id and t.id < 3 when matched then update set s = 'm', x = u.x + 1
     when not matched by source and u.x is null then delete when not matched by source then update set s = 'lone'
     when not matched and t.id = 8 then insert (id, s) values (t.id, 'new')
     returning merge_action(), old.id, old.s, new.s, u.x`,
  );
  assert.ok('rows' in left, JSON.stringify(left));
  assert.deepEqual(left.returned, [
    'DELETE|9|Zebra|NULL|NULL',
    'INSERT|NULL|NULL|new|NULL',
    'UPDATE|1|apple|m|11',
    'UPDATE|2|x|m|21',
    'UPDATE|2|y|m|22',
    'UPDATE|NULL|NULL|lone|30',
  ]);
  assert.deepEqual(left.rows, ['1|11|m|1.100', '2|21|m|2.200', '2|22|m|NULL', '8|NULL|new|NULL', 'NULL|30|lone|0.001']);
});

test('UPDATE and DELETE return OLD and NEW', async () => {
  const updated = await leftByUs(
    oracle,
    `update u set x = x + 1 where id = 1 returning old.x, new.x, x, new.x - old.x`,
  );
  assert.deepEqual('returned' in updated && updated.returned, ['10|11|11|1']);
  const deleted = await leftByUs(oracle, `delete from u where id = 1 returning old.x, new.x, x`);
  assert.deepEqual('returned' in deleted && deleted.returned, ['10|NULL|10']);
  const inserted = await leftByUs(oracle, `insert into u (id) values (5) returning old.id, new.id, id`);
  assert.deepEqual('returned' in inserted && inserted.returned, ['NULL|5|5']);
});
