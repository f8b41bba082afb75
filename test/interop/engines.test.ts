/**
 * Spark and PyIceberg over the gateway's own SQLite catalog: after each kind of write they read the rows that the
 * gateway reads; then they write and the gateway reads theirs.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { GatewayClient } from '../../src/cli/gateway-client.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { LineProcess } from '../support/line-process.ts';
import { need, tools } from '../support/tools.ts';

type Row = readonly (string | null)[];

const COLUMNS = ['id', 'name', 'price', 'day'];
/** Each kind of write; the engines read after every one of them. */
const WRITES: readonly string[] = [
  `INSERT INTO ns.t VALUES (1, 'one', 1.5, '2026-01-01'), (2, 'two', 2.25, '2026-01-02'), (3, NULL, NULL, NULL),
     (4, 'four', 4, '2026-01-01'), (5, 'five', 5, '2026-02-01')`,
  'INSERT INTO ns.t SELECT id + 10, name, price * 2, day FROM ns.t WHERE id < 3',
  'DELETE FROM ns.t WHERE id = 2',
  "DELETE FROM ns.t WHERE day = '2026-02-01'",
  'UPDATE ns.t SET name = upper(name), price = price + 1 WHERE id IN (1, 11)',
  "UPDATE ns.t SET day = '2026-03-01' WHERE id = 4",
  `MERGE INTO ns.t USING (VALUES (1, 'merged'), (3, 'gone'), (20, 'new')) v(id, name) ON t.id = v.id
     WHEN MATCHED AND v.name = 'gone' THEN DELETE WHEN MATCHED THEN UPDATE SET name = v.name
     WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name)`,
  'BEGIN; INSERT INTO ns.t VALUES (30, $$a$$, 1, $$2026-01-01$$); DELETE FROM ns.t WHERE id = 11; COMMIT',
  'ALTER TABLE ns.t ADD COLUMN note text',
  "INSERT INTO ns.t (id, name, note) VALUES (40, 'noted', 'here')",
  'ALTER TABLE ns.t DROP COLUMN note',
];

/** Each way to redefine a table that has rows; the engines read after every one of them. */
const REDEFINITIONS: readonly string[] = [
  `INSERT INTO re.t SELECT i, 'n' || i, i * 1.5, date '2026-01-01' + i FROM generate_series(1, 40) AS g(i)`,
  'DELETE FROM re.t WHERE id % 7 = 0',
  `ALTER TABLE re.t ADD COLUMN kind text NOT NULL DEFAULT 'old', ADD COLUMN extra int`,
  'INSERT INTO re.t (id, extra) VALUES (100, 5)',
  'ALTER TABLE re.t ALTER kind DROP DEFAULT, ALTER COLUMN extra TYPE bigint, ALTER COLUMN kind TYPE int USING length(kind)',
  `ALTER TABLE re.t ALTER COLUMN name SET DEFAULT 'nobody', ALTER id SET NOT NULL, ADD PRIMARY KEY (id)`,
  'ALTER TABLE re.t ADD PARTITION FIELD bucket(4, id)',
  'ALTER TABLE re.t REPLACE PARTITION FIELD day_month WITH truncate(1, name) AS letter',
  `INSERT INTO re.t (id, price, kind) VALUES (101, 1, 2), (102, 2, 3)`,
  'ALTER TABLE re.t WRITE ORDERED BY price DESC NULLS LAST, id',
  `INSERT INTO re.t SELECT i, 'm' || i % 3, -i, date '2026-05-01', 1 FROM generate_series(200, 240) AS g(i)`,
  'UPDATE re.t SET price = price + 1 WHERE id % 5 = 0',
  'DELETE FROM re.t WHERE id > 230 OR id < 3',
  'ALTER TABLE re.t DROP COLUMN day',
  'ALTER TABLE re.t ADD COLUMN day date DEFAULT date $$2026-07-01$$',
  'ALTER TABLE re.t RENAME TO u; ALTER SCHEMA re RENAME TO renamed; CREATE SCHEMA re; ALTER TABLE renamed.u SET SCHEMA re; ALTER TABLE re.u RENAME TO t',
];

let gateway: Gateway;
let client: GatewayClient;
before(async () => {
  gateway = await startGateway();
  client = await gateway.connect();
});
after(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

function startEngine(kind: 'spark' | 'pyiceberg'): LineProcess {
  const database = join(gateway.folder, '.bergwire/catalog.db');
  const jars = kind === 'spark' ? [tools.jar('iceberg-spark-runtime')!, tools.jar('sqlite-jdbc')!] : [];
  const program = fileURLToPath(new URL('engines.py', import.meta.url));
  return new LineProcess(tools.python, [program, kind, database, join(gateway.folder, '.bergwire/warehouse'), ...jars]);
}

async function ourRows(table: string): Promise<readonly Row[]> {
  const { rows } = await client.rows(`SELECT ${COLUMNS.join(', ')} FROM ${table}`);
  return rows.toSorted(byText);
}

async function theirRows(engine: LineProcess, table: string): Promise<readonly Row[]> {
  return (await engine.ask<readonly Row[]>({ rows: table, columns: COLUMNS })).toSorted(byText);
}

function byText(a: Row, b: Row): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

describe('the gateway writes', { skip: need('python', 'spark') }, () => {
  test('each kind of write is read alike by PyIceberg and Spark', async (t) => {
    await using spark = startEngine('spark');
    await using pyiceberg = startEngine('pyiceberg');
    await client.rows('CREATE SCHEMA ns');
    await client.rows(
      'CREATE TABLE ns.t (id bigint NOT NULL, name text, price numeric(10,2), day date) PARTITION BY (month(day), bucket(2, id))',
    );
    for (const write of WRITES) {
      await t.test(write.slice(0, 70), async () => {
        await client.rows(write);
        const ours = await ourRows('ns.t');
        assert.deepEqual(await theirRows(pyiceberg, 'ns.t'), ours, 'PyIceberg');
        assert.deepEqual(await theirRows(spark, 'ns.t'), ours, 'Spark');
      });
    }
    await t.test('every snapshot is the same to Spark', async () => {
      const { rows } = await client.rows('SELECT snapshot_id FROM ns."t$snapshots"');
      assert.ok(rows.length >= 8);
      for (const [snapshot] of rows) {
        const ours = await client.rows(`SELECT count(*), sum(id) FROM ns.t AS OF SNAPSHOT ${snapshot}`);
        const theirs = await spark.ask<readonly Row[]>({
          sql: `SELECT count(*), sum(id) FROM ns.t VERSION AS OF ${snapshot}`,
        });
        assert.deepEqual(theirs, ours.rows);
      }
    });
  });
});

test('redefined tables are read alike by PyIceberg and Spark', { skip: need('python', 'spark') }, async (t) => {
  await using spark = startEngine('spark');
  await using pyiceberg = startEngine('pyiceberg');
  await client.rows('CREATE SCHEMA re');
  await client.rows(
    'CREATE TABLE re.t (id bigint, name text, price numeric(10,2), day date) PARTITION BY (month(day))',
  );
  for (const redefinition of REDEFINITIONS)
    await t.test(redefinition.slice(0, 70), async () => {
      await client.rows(redefinition);
      const { rows } = await client.rows('SELECT * FROM re.t');
      const { rows: names } = await client.rows(
        `SELECT attname FROM pg_attribute WHERE attrelid = 're.t'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      );
      const request = { rows: 're.t', columns: names.map(([name]) => name) };
      for (const engine of [spark, pyiceberg])
        assert.deepEqual((await engine.ask<readonly Row[]>(request)).toSorted(byText), rows.toSorted(byText));
    });
  const order = await spark.ask<readonly Row[]>({ sql: `SHOW TBLPROPERTIES re.t ('sort-order')` });
  assert.deepEqual(order, [['sort-order', 'price DESC NULLS LAST, id ASC NULLS LAST']]);
  await spark.ask({ sql: `INSERT INTO re.t (id, name, price, extra, kind, day) VALUES (500, 'sp', 1, 1, 1, null)` });
  assert.deepEqual((await client.rows('SELECT name, day FROM re.t WHERE id = 500')).rows, [['sp', null]]);
});

test(
  'types that Iceberg lacks are plain columns to others, and follow their changes',
  { skip: need('python', 'spark') },
  async () => {
    await using spark = startEngine('spark');
    await using pyiceberg = startEngine('pyiceberg');
    await client.rows(`CREATE SCHEMA typed`);
    await client.rows(
      `CREATE TABLE typed.t (id smallint, c char(4), j jsonb, v interval, n numeric, o oid, a text, b smallint)`,
    );
    await client.rows(
      `INSERT INTO typed.t VALUES (1, 'ab', '{"b":1,"a":[1.0]}', '1 mon -2 days', 12345678901234567890123456789012345678901.5, 4294967295, '', 1)`,
    );
    const columns = ['id', 'c', 'j', 'v', 'n', 'o'];
    const expected = [
      [
        '1',
        'ab  ',
        '{"a": [1.0], "b": 1}',
        '1 mon -2 days',
        '12345678901234567890123456789012345678901.5',
        '4294967295',
      ],
    ];
    for (const engine of [spark, pyiceberg]) assert.deepEqual(await engine.ask({ rows: 'typed.t', columns }), expected);
    await spark.ask({ sql: 'ALTER TABLE typed.t RENAME COLUMN c TO renamed' });
    await spark.ask({ sql: 'ALTER TABLE typed.t ALTER COLUMN b TYPE bigint' });
    await spark.ask({ sql: `INSERT INTO typed.t VALUES (2, 'x', '{}', '00:00:01', '7', 5, 'y', 5000000000)` });
    const { rows } = await client.rows(
      `SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
       WHERE a.attrelid = 'typed.t'::regclass AND a.attnum > 0 ORDER BY a.attnum`,
    );
    assert.deepEqual(rows, [
      ['id', 'smallint'],
      ['renamed', 'character(4)'],
      ['j', 'jsonb'],
      ['v', 'interval'],
      ['n', 'numeric'],
      ['o', 'oid'],
      ['a', 'text'],
      ['b', 'bigint'],
    ]);
    const ours = await client.rows(`SELECT id, renamed, v + interval '1 sec', n, b FROM typed.t WHERE renamed = 'x'`);
    assert.deepEqual(ours.rows, [['2', 'x   ', '00:00:02', '7', '5000000000']]);
  },
);

describe('they write', { skip: need('python', 'spark') }, () => {
  test('Spark creates, inserts, deletes, merges, evolves', async () => {
    await using spark = startEngine('spark');
    const writes = [
      'CREATE NAMESPACE IF NOT EXISTS theirs',
      `CREATE TABLE theirs.s (id bigint, name string, price decimal(10,2), day date) USING iceberg
       PARTITIONED BY (days(day)) TBLPROPERTIES ('write.delete.mode'='merge-on-read', 'write.merge.mode'='merge-on-read')`,
      "INSERT INTO theirs.s VALUES (1, 'one', 1.5, date '2026-01-01'), (2, 'two', 2, date '2026-01-01'), (3, null, null, null)",
      'DELETE FROM theirs.s WHERE id = 2',
      `MERGE INTO theirs.s t USING (SELECT 1L AS id, 'merged' AS name) v ON t.id = v.id
       WHEN MATCHED THEN UPDATE SET name = v.name`,
      'ALTER TABLE theirs.s ADD COLUMN extra int AFTER id',
      'ALTER TABLE theirs.s RENAME COLUMN extra TO more',
      "INSERT INTO theirs.s VALUES (4, 44, 'four', 4, date '2026-04-04')",
      'ALTER TABLE theirs.s ADD PARTITION FIELD bucket(4, id)',
      "INSERT INTO theirs.s VALUES (5, 55, 'five', 5, date '2026-05-05')",
    ];
    for (const write of writes) {
      await spark.ask({ sql: write });
      if (!write.startsWith('CREATE'))
        assert.deepEqual(await ourRows('theirs.s'), await theirRows(spark, 'theirs.s'), write);
    }
    await client.rows("UPDATE theirs.s SET name = 'ours' WHERE id >= 4");
    assert.deepEqual(await theirRows(spark, 'theirs.s'), await ourRows('theirs.s'));
  });

  test('PyIceberg appends, overwrites and deletes on our table', async () => {
    await using pyiceberg = startEngine('pyiceberg');
    await client.rows('CREATE TABLE ns.p (id bigint, name text, price numeric(10,2), day date)');
    const requests = [
      {
        append: 'ns.p',
        rows: [
          [1, 'one', null, null],
          [2, 'zwei', null, null],
          [3, null, null, null],
        ],
      },
      {
        overwrite: 'ns.p',
        where: 'id = 2',
        rows: [
          [2, 'two', null, null],
          [4, 'four', null, null],
        ],
      },
      { delete: 'ns.p', where: 'id = 1' },
    ];
    for (const request of requests) {
      await pyiceberg.ask(request);
      assert.deepEqual(await ourRows('ns.p'), await theirRows(pyiceberg, 'ns.p'), JSON.stringify(request));
    }
    assert.deepEqual(
      (await ourRows('ns.p')).map(([id]) => id),
      ['2', '3', '4'],
    );
  });
});
