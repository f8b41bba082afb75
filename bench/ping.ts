/**
 * `SELECT 1` through the wire: prepared and pipelined, by the simple protocol, and by 32 clients at once. Prints
 * statements a second by the wall clock and by a second of the gateway's main thread, the median latency of the clients,
 * and the same of PostgreSQL where it is installed. Targets: 20,000/s, 8,000/s, and a median under 1 ms.
 */
import { frontendBytes } from '../test/support/frontend-bytes.ts';
import { findPostgres, startPostgres } from '../test/support/real-postgres.ts';
import { BenchClient } from './bench-client.ts';
import type { Server } from './bench-client.ts';
import { startGatewayProcess } from './gateway-process.ts';
import { report } from './report.ts';

const seconds = Number(process.env.PING_SECONDS ?? 2);
const PIPELINE = 100;
const TARGETS: Readonly<Record<string, number | undefined>> = { 'prepared, pipelined': 20_000, simple: 8000 };

{
  await using gateway = await startGatewayProcess();
  await measure('gateway', gateway, () => gateway.cpuSeconds('main thread'));
}
if ((await findPostgres()) !== undefined) {
  await using postgres = await startPostgres();
  await measure('PostgreSQL', postgres, () => NaN);
}

async function measure(who: string, server: Server, cpu: () => number): Promise<void> {
  for (const [name, work] of [
    ['prepared, pipelined', pipelined],
    ['prepared, Sync each', syncEach],
    ['simple', simple],
  ] as const) {
    const client = await BenchClient.connect(server);
    await work(client, 0.5);
    const [startedCpu, started] = [cpu(), performance.now()];
    const count = await work(client, seconds);
    const [usedCpu, used] = [cpu() - startedCpu, (performance.now() - started) / 1000];
    const target = who === 'gateway' ? TARGETS[name] : undefined;
    const rate = Math.round(count / used);
    const figure = `${rate}/s (${Math.round(count / usedCpu)} a CPU s)`;
    report(
      `SELECT 1, ${name}, ${who}`,
      figure,
      target === undefined ? '-' : `${target}/s`,
      target === undefined ? undefined : rate >= target,
    );
    client.close();
  }
  const clients = await Promise.all(Array.from({ length: 32 }, () => BenchClient.connect(server)));
  const latencies: number[] = [];
  await Promise.all(clients.map((client) => simple(client, seconds, latencies)));
  latencies.sort((left, right) => left - right);
  const at = (share: number) => Number(latencies[Math.floor(latencies.length * share)]!.toFixed(3));
  const figure = `p50 ${at(0.5)} ms, ${Math.round(latencies.length / seconds)}/s`;
  const met = who === 'gateway' ? at(0.5) < 1 : undefined;
  report(`SELECT 1, 32 clients, ${who}`, figure, who === 'gateway' ? 'p50 < 1 ms' : '-', met);
  for (const client of clients) client.close();
}

/** Bind, Execute and one Sync at the end of every hundred. */
async function pipelined(client: BenchClient, forSeconds: number): Promise<number> {
  await client.exchange(parse(), 1);
  const one = [frontendBytes({ Bind: { statement: 's' } }), frontendBytes({ Execute: {} })];
  const batch = Buffer.concat([...Array.from({ length: PIPELINE }, () => one).flat(), frontendBytes('Sync')]);
  return await until(forSeconds, async () => {
    await client.exchange(batch, 1);
    return PIPELINE;
  });
}

/** Bind, Execute, Sync, a hundred of them under way. */
async function syncEach(client: BenchClient, forSeconds: number): Promise<number> {
  await client.exchange(parse(), 1);
  const one = [frontendBytes({ Bind: { statement: 's' } }), frontendBytes({ Execute: {} }), frontendBytes('Sync')];
  const batch = Buffer.concat(Array.from({ length: PIPELINE }, () => one).flat());
  return await until(forSeconds, async () => {
    await client.exchange(batch, PIPELINE);
    return PIPELINE;
  });
}

function parse(): Buffer {
  return Buffer.concat([
    frontendBytes({ Close: { statement: 's' } }),
    frontendBytes({ Parse: { name: 's', text: 'SELECT 1' } }),
    frontendBytes('Sync'),
  ]);
}

async function simple(client: BenchClient, forSeconds: number, latencies?: number[]): Promise<number> {
  const text = frontendBytes({ Query: 'SELECT 1' });
  return await until(forSeconds, async () => {
    const started = performance.now();
    await client.exchange(text, 1);
    latencies?.push(performance.now() - started);
    return 1;
  });
}

async function until(forSeconds: number, work: () => Promise<number>): Promise<number> {
  const end = performance.now() + forSeconds * 1000;
  let count = 0;
  while (performance.now() < end) count += await work();
  return count;
}
