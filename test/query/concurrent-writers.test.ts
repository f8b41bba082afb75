/** Many clients change one table at the same time; and the gateway is killed while they do. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';

const WRITERS = 16;
const ROUNDS = 4;

test('16 writers mix INSERT, UPDATE, DELETE and MERGE on one table: every acknowledged change is there once', async () => {
  await using gateway = await startGateway({ flags: ['--limits.connections=40'] });
  const clients = await Promise.all(Array.from({ length: WRITERS }, () => connect(gateway.port)));
  const [first] = clients;
  await first!.query('CREATE SCHEMA w');
  await first!.query('CREATE TABLE w.counters (id int, n int)');
  await first!.query('CREATE TABLE w.log (writer int, round int)');
  await first!.query(`INSERT INTO w.counters SELECT g, 0 FROM generate_series(0, ${WRITERS}) AS g`);
  await Promise.all(
    clients.map(async (client, writer) => {
      for (let round = 1; round <= ROUNDS; round++) {
        const own = await client.query(`UPDATE w.counters SET n = n + 1 WHERE id = ${writer} RETURNING n`);
        assert.deepEqual(own.rows, [{ n: round }], 'what RETURNING says is what was committed');
        assert.equal((await client.query(`UPDATE w.counters SET n = n + 1 WHERE id = ${WRITERS}`)).rowCount, 1);
        await client.query('INSERT INTO w.log VALUES ($1, $2)', [writer, round]);
        const merge = `MERGE INTO w.log AS t USING (VALUES (${writer}, ${round - 1}), (${writer}, ${round + 1000}))
          AS s(writer, round) ON t.writer = s.writer AND t.round = s.round
          WHEN MATCHED THEN DELETE WHEN NOT MATCHED AND s.round > 1000 THEN INSERT VALUES (s.writer, s.round)`;
        assert.equal((await client.query(merge)).rowCount, round === 1 ? 1 : 2);
        const gone = await client.query(`DELETE FROM w.log WHERE writer = ${writer} AND round > 1000`);
        assert.equal(gone.rowCount, 1);
      }
    }),
  );
  const counters = await first!.query<{ id: number; n: number }>('SELECT id, n FROM w.counters ORDER BY id');
  assert.deepEqual(
    counters.rows.map(({ n }) => n),
    [...Array.from({ length: WRITERS }, () => ROUNDS), WRITERS * ROUNDS],
  );
  const log = await first!.query<{ writer: number; round: number }>('SELECT * FROM w.log ORDER BY writer');
  assert.deepEqual(
    log.rows,
    clients.map((_, writer) => ({ writer, round: ROUNDS })),
  );
  await Promise.all(clients.map((client) => client.end()));
});

test('kill -9 at random times during such a load: the table is old or new, every acknowledged change is there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-killed-'));
  try {
    const acknowledged = new Map<string, number>();
    const attempted = new Map<string, number>();
    for (let life = 0; life < 3; life++) {
      const gateway = await startGatewayProcess(folder);
      try {
        const client = await connect(gateway.port);
        await client.query('CREATE SCHEMA IF NOT EXISTS k');
        await client.query('CREATE TABLE IF NOT EXISTS k.t (id int, n int)');
        if (life === 0) await client.query('INSERT INTO k.t SELECT g, 0 FROM generate_series(1, 4) AS g');
        await checkSurvivors(client, acknowledged, attempted);
        const load = Promise.all(
          [1, 2, 3, 4].map((writer) => writeUntilDead(gateway.port, writer, life, acknowledged, attempted)),
        );
        await sleep(500 + Math.random() * 1000);
        await gateway.kill();
        await load;
        await client.end().catch(() => undefined);
      } finally {
        await gateway.kill();
      }
    }
    const last = await startGatewayProcess(folder);
    try {
      const client = await connect(last.port);
      await checkSurvivors(client, acknowledged, attempted);
      assert.ok([...acknowledged.values()].reduce((sum, count) => sum + count, 0) > 0, 'something was acknowledged');
      await client.end();
    } finally {
      await last.kill();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Changes of one writer: `update WRITER` counts up its row, `insert WRITER LIFE ROUND` adds one. */
async function writeUntilDead(
  port: number,
  writer: number,
  life: number,
  acknowledged: Map<string, number>,
  attempted: Map<string, number>,
): Promise<void> {
  const client = await connect(port);
  const run = async (change: string, sql: string): Promise<void> => {
    attempted.set(change, (attempted.get(change) ?? 0) + 1);
    await client.query(sql);
    acknowledged.set(change, (acknowledged.get(change) ?? 0) + 1);
  };
  try {
    for (let round = 0; ; round++) {
      await run(`${writer}`, `UPDATE k.t SET n = n + 1 WHERE id = ${writer}`);
      const id = writer * 1_000_000 + life * 10_000 + round;
      await run(`${id}`, `INSERT INTO k.t VALUES (${id}, 1)`);
    }
  } catch (error) {
    assert.ok(!(error instanceof pg.DatabaseError), String(error));
  }
}

/** Each counter and row is between what was acknowledged and what was attempted. */
async function checkSurvivors(
  client: pg.Client,
  acknowledged: ReadonlyMap<string, number>,
  attempted: ReadonlyMap<string, number>,
): Promise<void> {
  const { rows } = await client.query<{ id: number; n: number; copies: string }>(
    'SELECT id, sum(n)::int AS n, count(*) AS copies FROM k.t GROUP BY id',
  );
  const found = new Map(rows.map(({ id, n }) => [`${id}`, n]));
  for (const { id, copies } of rows) assert.equal(copies, '1', `row ${id}`);
  for (const [change, count] of attempted) {
    const n = found.get(change) ?? 0;
    assert.ok(n >= (acknowledged.get(change) ?? 0) && n <= count, `${change}: ${n} of ${count}`);
  }
}

async function connect(port: number): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'bergwire', database: 'bergwire' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
