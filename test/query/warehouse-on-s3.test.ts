import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { need } from '../support/tools.ts';
import { s3Flags, startS3Server } from '../support/versitygw.ts';
import type { S3Server } from '../support/versitygw.ts';

/** One history; every statement is answered alike on S3 and on local files. */
const HISTORY = [
  'CREATE SCHEMA h',
  'SET search_path = h',
  'CREATE TABLE t (id int NOT NULL, name text, price numeric(10,2), ratio float8, tags text[], day date) PARTITION BY (month(day), bucket(2, id))',
  `INSERT INTO t SELECT i, 'name ' || i, i * 1.25, i / 7.0, ARRAY['a' || i, NULL], '2024-01-01'::date + i FROM generate_series(1, 90) AS g(i)`,
  'SELECT * FROM t ORDER BY id',
  'SELECT count(*) FROM t',
  'SELECT price FROM t WHERE id = 7',
  'SELECT name, tags FROM t WHERE ratio > 12 ORDER BY name',
  `SELECT sum(price), min(day), max(name), count(DISTINCT tags[1]) FROM t WHERE day >= '2024-02-15'`,
  'SELECT a.id FROM t AS a JOIN t AS b ON a.id = b.id + 80 ORDER BY b.price',
  'UPDATE t SET price = price * 2, tags = NULL WHERE id % 10 = 0',
  `UPDATE t SET day = day + 40 WHERE name LIKE '%5' RETURNING id, day`,
  `DELETE FROM t WHERE day < '2024-01-15'`,
  'SELECT id, price, tags FROM t ORDER BY id LIMIT 20',
  'CREATE TABLE s AS SELECT id, price + 1 AS price FROM t WHERE id BETWEEN 40 AND 50',
  `INSERT INTO s VALUES (1000, 5), (1001, 6)`,
  `MERGE INTO t USING s ON t.id = s.id WHEN MATCHED AND s.id > 48 THEN DELETE
   WHEN MATCHED THEN UPDATE SET price = s.price
   WHEN NOT MATCHED THEN INSERT (id, name, price, day) VALUES (s.id, 'new', s.price, '2025-01-01')`,
  'SELECT * FROM t ORDER BY id',
  'BEGIN',
  `INSERT INTO t (id, name) VALUES (2000, 'undone')`,
  'SELECT count(*), count(day) FROM t',
  'DELETE FROM t WHERE id < 60',
  'SELECT count(*) FROM t',
  'ROLLBACK',
  'SELECT count(*) FROM t',
  'ALTER TABLE t ADD COLUMN extra bigint',
  'ALTER TABLE t RENAME COLUMN name TO label',
  'UPDATE t SET extra = id WHERE id > 1000',
  'SELECT id, label, extra FROM t ORDER BY extra NULLS LAST, id LIMIT 5',
  `SELECT operation FROM "t$snapshots" ORDER BY committed_at`,
  `SELECT content, sum(record_count) FROM "t$files" GROUP BY content ORDER BY content`,
  'INSERT INTO t VALUES (NULL)',
  'SELECT 1 / (id - 7) FROM s',
];

describe('a warehouse on S3', { skip: need('versitygw') }, () => {
  let server: S3Server;
  let remote: Gateway;
  let local: Gateway;

  before(async () => {
    server = await startS3Server();
    [remote, local] = await Promise.all([startGateway({ flags: s3Flags(server) }), startGateway()]);
  });

  after(async () => {
    await remote[Symbol.asyncDispose]();
    await local[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('is read and written like a local one', async () => {
    const expected = await answers(local, HISTORY);
    const actual = await answers(remote, HISTORY);
    for (const [index, answer] of actual.entries()) assert.deepEqual(answer, expected[index], HISTORY[index]);
    const failed = expected.filter((answer) => typeof answer === 'object' && answer !== null && 'sqlstate' in answer);
    assert.deepEqual(failed, [{ sqlstate: '23502' }]);
  });

  test('keeps its objects under the bucket, and copies nowhere but in the temporary folder', async () => {
    const names = await readdir(join(server.folder, 'house'), { recursive: true });
    const files = names.filter((name) => /\.\w+$/.test(name));
    assert.ok(
      files.some((name) => /^h\/t\/data\/day_month=2024-02\/id_bucket=1\/[^/]+\.parquet$/.test(name)),
      files.join(),
    );
    for (const pattern of [
      /^h\/t\/metadata\/[^/]+\.metadata\.json$/,
      /^h\/t\/metadata\/snap-[^/]+\.avro$/,
      /^h\/s\/data\//,
    ])
      assert.ok(
        files.some((name) => pattern.test(name)),
        `${pattern.source} among ${files.join()}`,
      );
    const [{ location } = { location: undefined }] = await rows(
      remote,
      `SELECT DISTINCT left(file_path, 23) AS location FROM h."t$files"`,
    );
    assert.equal(location, 's3://warehouse/house/h/');
    assert.deepEqual(await copiesOf(local), []);
    assert.ok((await copiesOf(remote)).length > 0);
    assert.deepEqual(
      (await copiesOf(remote)).filter((name) => !name.endsWith('.parquet')),
      [],
    );
  });

  test('has its past', async () => {
    const snapshots = `SELECT snapshot_id FROM h."t$snapshots" ORDER BY committed_at`;
    const [first, ...later] = await rows(remote, snapshots);
    assert.ok(later.length > 3);
    const past = `SELECT count(*)::int AS n, sum(price) AS total FROM h.t AS OF SNAPSHOT `;
    assert.deepEqual(await rows(remote, past + String(first!.snapshot_id)), [{ n: 90, total: '5118.75' }]);
    const [here] = await rows(local, snapshots);
    assert.deepEqual(
      await rows(local, past + String(here!.snapshot_id)),
      await rows(remote, past + String(first!.snapshot_id)),
    );
  });

  test('is seen by a second gateway, which sees what the first one writes', async () => {
    const uri = `sqlite:${join(remote.folder, 'catalog.db')}`;
    await using second = await startGateway({ flags: [...s3Flags(server), `--catalogs.bergwire.uri=${uri}`] });
    const all = 'SELECT * FROM h.t ORDER BY id';
    assert.deepEqual(await rows(second, all), await rows(remote, all));
    await rows(remote, `INSERT INTO h.s VALUES (-1, 1)`);
    assert.deepEqual(await rows(second, 'SELECT price FROM h.s WHERE id = -1'), [{ price: '1.00' }]);
    await rows(second, 'DELETE FROM h.s WHERE id = -1');
    assert.deepEqual(await rows(remote, 'SELECT price FROM h.s WHERE id = -1'), []);
  });

  test('sends long results in portions while their files stay', async () => {
    const client = await connected(remote);
    await client.query(
      'CREATE TABLE long AS SELECT i::int AS id, md5(i::text) AS v FROM generate_series(1, 60000) AS g(i)',
    );
    await client.query('BEGIN');
    await client.query('DECLARE c CURSOR FOR SELECT id, v FROM long');
    let total = 0;
    for (;;) {
      const { rows: some } = await client.query<{ id: number }>('FETCH 25000 FROM c');
      if (some.length === 0) break;
      total += some.reduce((sum, { id }) => sum + id, 0);
    }
    await client.query('COMMIT');
    assert.equal(total, (60_000 * 60_001) / 2);
    await client.query('DROP TABLE long');
    await assert.rejects(client.query('SELECT * FROM long'), { code: '42P01' });
    await client.end();
  });

  test('refuses in words what the server refuses', async () => {
    const missing = s3Flags({ ...server, bucket: 'nowhere' });
    const wrong = s3Flags({ ...server, options: { ...server.options, secretAccessKey: 'no' } });
    for (const flags of [missing, wrong]) {
      await using gateway = await startGateway({ flags });
      assert.deepEqual(
        await answers(gateway, ['CREATE TABLE t (a int)', 'CREATE TABLE u AS SELECT 1 AS a', 'SELECT 1']),
        [
          { sqlstate: '58030' },
          { sqlstate: '58030' },
          { command: 'SELECT', rowCount: 1, types: [['?column?', 23]], rows: [[1]] },
        ],
      );
    }
  });

  test('that is lost with an object says which', async () => {
    await rows(remote, 'CREATE TABLE h.lost AS SELECT 1 AS a');
    const [{ path } = { path: undefined }] = await rows(remote, 'SELECT file_path AS path FROM h."lost$files"');
    await rm(join(server.folder, String(path).replace('s3://warehouse/', '')));
    await assert.rejects(rows(remote, 'SELECT * FROM h.lost'), (error: pg.DatabaseError) => {
      assert.equal(error.code, '58P01');
      assert.ok(error.message.includes(String(path)), error.message);
      return true;
    });
  });
});

describe('an S3 server that is gone', { skip: need('versitygw') }, () => {
  test('costs statements an error, not the gateway', { timeout: 120_000 }, async () => {
    const server = await startS3Server();
    await using gateway = await startGateway({ flags: s3Flags(server) });
    try {
      await rows(gateway, 'CREATE TABLE t AS SELECT 1 AS a, 2 AS b');
      assert.deepEqual(await rows(gateway, 'SELECT a FROM t'), [{ a: 1 }]);
    } finally {
      await server[Symbol.asyncDispose]();
    }
    const seen = await answers(gateway, [
      'SELECT b FROM t',
      'INSERT INTO t VALUES (3, 4)',
      'DELETE FROM t',
      'CREATE TABLE u (a int)',
      'SELECT a FROM t',
    ]);
    const gone = { sqlstate: '58030' };
    assert.deepEqual(seen.slice(0, 4), [gone, gone, gone, gone]);
    assert.deepEqual(seen[4], { command: 'SELECT', rowCount: 1, types: [['a', 23]], rows: [[1]] });
  });

  test('that does not answer does not keep a cancelled statement', { timeout: 60_000 }, async () => {
    await using server = await startS3Server();
    await using slow = await pausable(server);
    await using gateway = await startGateway({
      flags: s3Flags({ ...server, options: { ...server.options, endpoint: slow.endpoint } }),
    });
    await rows(gateway, 'CREATE TABLE t AS SELECT 1 AS a, 2 AS b');
    assert.deepEqual(await rows(gateway, 'SELECT b FROM t'), [{ b: 2 }]);
    const client = await connected(gateway);
    slow.pause();
    await client.query('SET statement_timeout = 500');
    const begun = performance.now();
    await assert.rejects(client.query('SELECT a FROM t'), { code: '57014' });
    assert.ok(performance.now() - begun < 3000);
    slow.resume();
    assert.deepEqual((await client.query('SELECT a, b FROM t')).rows, [{ a: 1, b: 2 }]);
    await client.end();
  });
});

/** What a client sees of each statement. */
async function answers(gateway: Gateway, statements: readonly string[]): Promise<readonly unknown[]> {
  const client = await connected(gateway);
  const seen: unknown[] = [];
  try {
    for (const text of statements) seen.push(await answer(client, text));
  } finally {
    await client.end();
  }
  return seen;
}

async function answer(client: pg.Client, text: string): Promise<unknown> {
  try {
    const { command, rowCount, fields, rows } = await client.query({ text, rowMode: 'array' });
    return { command, rowCount, types: fields.map(({ name, dataTypeID }) => [name, dataTypeID]), rows };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return { sqlstate: error.code };
  }
}

async function connected({ host, port, user, database }: Gateway): Promise<pg.Client> {
  const client = new pg.Client({ host, port, user, database });
  await client.connect();
  return client;
}

async function rows(gateway: Gateway, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = await connected(gateway);
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function copiesOf({ folder }: Gateway): Promise<readonly string[]> {
  const temporary = join(folder, '.bergwire/temporary');
  const names = await readdir(temporary, { recursive: true });
  return names.filter((name) => name.startsWith('copies-') && name.includes('/'));
}

type Pausable = { readonly endpoint: string; pause(): void; resume(): void; [Symbol.asyncDispose](): Promise<void> };

/** The server through a door that can be held shut: connections stay open and nothing passes. */
async function pausable({ options: { endpoint } }: S3Server): Promise<Pausable> {
  const sockets = new Set<Socket>();
  let isPaused = false;
  const door = createServer((near) => {
    const far = connect(Number(new URL(endpoint).port), '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => near.destroy());
      socket.on('close', () => sockets.delete(socket));
      if (isPaused) socket.pause();
    }
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const { port } = door.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pause: () => {
      isPaused = true;
      for (const socket of sockets) socket.pause();
    },
    resume: () => {
      isPaused = false;
      for (const socket of sockets) socket.resume();
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => door.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
