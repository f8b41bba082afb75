/**
 * IDLE_CLIENTS (10,000) connections that do nothing: the memory of the whole gateway, and how long `SELECT 1` takes on
 * one of them meanwhile. Each side needs as many open files (`ulimit -n`). Targets: 1 GB and 5 ms.
 */
import { frontendBytes } from '../test/support/frontend-bytes.ts';
import { BenchClient } from './bench-client.ts';
import { startGatewayProcess } from './gateway-process.ts';
import { report } from './report.ts';

const clientCount = Number(process.env.IDLE_CLIENTS ?? 10_000);
const AT_ONCE = 50;
const PINGS = 500;

await using gateway = await startGatewayProcess({ flags: [`--limits.connections=${clientCount}`] });
const clients = [await BenchClient.connect(gateway)];
while (clients.length < clientCount) {
  const count = Math.min(AT_ONCE, clientCount - clients.length);
  clients.push(...(await Promise.all(Array.from({ length: count }, () => BenchClient.connect(gateway)))));
}
const megabytes = gateway.rssBytes() / 1e6;
const ping = frontendBytes({ Query: 'SELECT 1' });
const latencies: number[] = [];
for (let i = 0; i < PINGS; i++) {
  const started = performance.now();
  await clients[0]!.exchange(ping, 1);
  latencies.push(performance.now() - started);
}
latencies.sort((left, right) => left - right);
const p99 = latencies[Math.floor(PINGS * 0.99)]!;
report(`${clientCount} idle connections, memory`, `${megabytes.toFixed(0)} MB`, '1000 MB', megabytes < 1000);
report(`${clientCount} idle connections, SELECT 1`, `p99 ${p99.toFixed(2)} ms`, '5 ms', p99 < 5);
for (const client of clients) client.close();
