/**
 * A table of 16 columns and SINK_ROWS (4M) rows to a client that reads and discards, over a socket, in text and in
 * binary: the gateway against PostgreSQL with the same rows, SINK_RUNS (3) runs each in turns, the best of each counts.
 * Memory is what the gateway's process grows by while it sends, and while a client reads 1 MB a second.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { frontendBytes } from '../test/support/frontend-bytes.ts';
import { findPostgres, startPostgres } from '../test/support/real-postgres.ts';
import { BenchClient } from './bench-client.ts';
import type { Server } from './bench-client.ts';
import { startGatewayProcess } from './gateway-process.ts';
import { report } from './report.ts';

const rowCount = Number(process.env.SINK_ROWS ?? 4_000_000);
const runs = Number(process.env.SINK_RUNS ?? 3);
const SLOW_BYTES_PER_SECOND = 1_000_000;
const SLOW_SECONDS = 5;
const MEMORY_TARGET_MB = 300;

const COLUMNS = [
  'i AS c0',
  '(i % 1000)::int4 AS c1',
  '(i * 7 % 100000)::int4 AS c2',
  'i * 1000003 AS c3',
  '(i % 100000 / 100.0)::numeric(12,2) AS c4',
  '(i % 11 / 100.0)::numeric(12,2) AS c5',
  'i % 1000 / 4.0::float8 AS c6',
  'i % 3 = 0 AS c7',
  `substr('RAN', (i % 3 + 1)::int4, 1) AS c8`,
  `'DELIVER IN PERSON ' || i % 10 AS c9`,
  `'some comment about order ' || i AS c10`,
  `'customer#' || i % 100000 AS c11`,
  `date '1992-01-01' + (i % 2500)::int4 AS c12`,
  `date '1995-01-01' + (i % 1000)::int4 AS c13`,
  `timestamp '2024-01-01' + i * interval '1 second' AS c14`,
  'CASE WHEN i % 5 = 0 THEN NULL ELSE i::int4 END AS c15',
];
const ROWS = `SELECT ${COLUMNS.join(', ')} FROM generate_series(0::int8, ${rowCount - 1}::int8) AS r(i)`;

await using gateway = await startGatewayProcess();
await run(gateway, `CREATE TABLE t AS ${ROWS}`);
const postgres =
  (await findPostgres()) === undefined
    ? undefined
    : await startPostgres({ settings: { shared_buffers: '2GB', max_wal_size: '8GB' } });
try {
  if (postgres !== undefined)
    for (const text of [`CREATE UNLOGGED TABLE t AS ${ROWS}`, 'VACUUM ANALYZE t', 'SELECT count(*) FROM t'])
      await run(postgres, text);
  const idleBytes = gateway.rssBytes();
  let mostBytes = idleBytes;
  const watch = setInterval(() => (mostBytes = Math.max(mostBytes, gateway.rssBytes())), 50);
  const cpuOf = async (format: 'text' | 'binary'): Promise<number> => {
    const before = gateway.cpuSeconds('process');
    const seconds = await timed(gateway, format);
    cpuNs = Math.min(cpuNs, ((gateway.cpuSeconds('process') - before) / rowCount) * 1e9);
    return seconds;
  };
  let cpuNs = Infinity;
  for (const [format, target] of [
    ['text', 1.5],
    ['binary', 1.5],
  ] as const) {
    let [ours, theirs] = [Infinity, Infinity];
    cpuNs = Infinity;
    for (let attempt = 0; attempt < runs; attempt++) {
      ours = Math.min(ours, await cpuOf(format));
      if (postgres !== undefined) theirs = Math.min(theirs, await timed(postgres, format));
    }
    const rate = `${Math.round(rowCount / ours / 1000)}k rows/s`;
    report(`sink, ${format}, CPU of the gateway`, `${cpuNs.toFixed(0)} ns a row`, 'none', undefined);
    const ratio = theirs / ours;
    if (postgres === undefined) report(`sink, ${format}`, rate, 'no PostgreSQL here', undefined);
    else report(`sink, ${format}, rate of PostgreSQL's`, `${ratio.toFixed(2)} (${rate})`, `${target}`, ratio >= target);
  }
  const grownMb = (mostBytes - idleBytes) / 1e6;
  report('sink, memory over idle', `${grownMb.toFixed(0)} MB`, `${MEMORY_TARGET_MB} MB`, grownMb < MEMORY_TARGET_MB);
  mostBytes = gateway.rssBytes();
  const beforeBytes = mostBytes;
  await readSlowly();
  clearInterval(watch);
  const slowMb = (mostBytes - beforeBytes) / 1e6;
  report('sink, memory for a client of 1 MB/s', `${slowMb.toFixed(0)} MB`, '64 MB', slowMb < 64);
} finally {
  await postgres?.[Symbol.asyncDispose]();
}

async function run(server: Server, text: string): Promise<void> {
  const client = await BenchClient.connect(server);
  await client.exchange(frontendBytes({ Query: text }), 1);
  client.close();
}

/** Seconds until the whole table is read. */
async function timed(server: Server, format: 'text' | 'binary'): Promise<number> {
  const client = await BenchClient.connect(server);
  const started = performance.now();
  await client.exchange(request(format), 1);
  const seconds = (performance.now() - started) / 1000;
  if (client.receivedBytes < rowCount * COLUMNS.length * 4) throw new Error(`only ${client.receivedBytes} bytes`);
  client.close();
  return seconds;
}

function request(format: 'text' | 'binary'): Buffer {
  return Buffer.concat([
    frontendBytes({ Parse: { text: 'SELECT * FROM t' } }),
    frontendBytes({ Bind: { results: [format === 'text' ? 0 : 1] } }),
    frontendBytes({ Execute: {} }),
    frontendBytes('Sync'),
  ]);
}

async function readSlowly(): Promise<void> {
  const client = await BenchClient.connect(gateway);
  client.throttle(SLOW_BYTES_PER_SECOND);
  const reading = client.exchange(request('text'), 1).catch(() => undefined);
  await sleep(SLOW_SECONDS * 1000);
  client.close();
  await Promise.race([reading, sleep(100)]);
}
