/**
 * COPY FROM STDIN of a million rows of 16 columns in text format over a socket: the gateway into an Iceberg table against
 * PostgreSQL into an unlogged table, the same bytes in one run. Prints seconds, MB per second, the ratio, and how much
 * memory the gateway took.
 */
import { once } from 'node:events';
import { frontendBytes } from '../test/support/frontend-bytes.ts';
import { RawClient } from '../test/support/raw-client.ts';
import type { Target } from '../test/support/raw-client.ts';
import { findPostgres, startPostgres } from '../test/support/real-postgres.ts';
import { startGatewayProcess } from './gateway-process.ts';
import { report } from './report.ts';

const ROWS = Number(process.env.COPY_ROWS ?? 1_000_000);
const MESSAGE_BYTES = 64 * 1024;
const COLUMNS = `a bigint, b int, c int, d bigint, e numeric(12,2), f numeric(12,2), g double precision, h boolean,
  i text, j text, k text, l text, m date, n date, o timestamp, p int`;

const messages = copyMessages();
const sizeBytes = messages.reduce((sum, { length }) => sum + length, 0);

const gateway = await benchGateway();
console.log(gateway);
if ((await findPostgres()) === undefined) {
  console.log('no PostgreSQL here: no ratio');
} else {
  await using server = await startPostgres();
  const postgres = figures('PostgreSQL, unlogged table', await copy(server, 'UNLOGGED'));
  console.log(postgres);
  const ratio = postgres.seconds / gateway.seconds;
  report("COPY FROM STDIN, rate of PostgreSQL's", ratio.toFixed(2), '1', ratio > 1);
}

async function benchGateway(): Promise<ReturnType<typeof figures> & { readonly grownMegabytes: number }> {
  await using server = await startGatewayProcess();
  const idleBytes = server.rssBytes();
  let peakBytes = idleBytes;
  const watch = setInterval(() => (peakBytes = Math.max(peakBytes, server.rssBytes())), 50);
  const seconds = await copy(server, '');
  clearInterval(watch);
  return { ...figures('bergwire', seconds), grownMegabytes: Math.round((peakBytes - idleBytes) / 1e6) };
}

function figures(what: string, seconds: number) {
  return {
    what,
    seconds: Number(seconds.toFixed(2)),
    rowsPerSecond: Math.round(ROWS / seconds),
    megabytesPerSecond: Math.round(sizeBytes / seconds / 1e6),
  };
}

/** Seconds from the statement to its end. */
async function copy(target: Target, kind: string): Promise<number> {
  using client = await RawClient.ready(target);
  await client.query(`CREATE ${kind} TABLE copied (${COLUMNS})`);
  const startedMs = performance.now();
  client.send(frontendBytes({ Query: 'COPY copied FROM STDIN' }));
  await client.until('copyInResponse');
  for (const message of messages) if (!client.socket.write(message)) await once(client.socket, 'drain');
  client.send(frontendBytes('CopyDone'));
  const answers = await client.until('readyForQuery');
  const seconds = (performance.now() - startedMs) / 1000;
  const failure = answers.find(({ name }) => name === 'error');
  if (failure !== undefined) throw new Error(JSON.stringify(failure));
  return seconds;
}

/** CopyData messages, rows across their borders. */
function copyMessages(): readonly Buffer[] {
  const day = (from: string, days: number): string =>
    new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);
  const made: Buffer[] = [];
  let text = '';
  const flush = (length: number): void => {
    const body = Buffer.from(text.slice(0, length));
    text = text.slice(length);
    const head = Buffer.from([0x64, 0, 0, 0, 0]);
    head.writeInt32BE(body.length + 4, 1);
    made.push(Buffer.concat([head, body]));
  };
  for (let i = 0; i < ROWS; i++) {
    const stamp = new Date(Date.UTC(2024, 0, 1) + i * 1000).toISOString().slice(0, 19).replace('T', ' ');
    text += `${i}\t${i % 1000}\t${(i * 7) % 100_000}\t${i * 1_000_003}\t${((i % 100_000) / 100).toFixed(2)}\t`;
    text += `${((i % 11) / 100).toFixed(2)}\t${(i % 1000) / 4}\t${i % 3 === 0 ? 't' : 'f'}\t${'RAN'[i % 3]}\t`;
    text += `DELIVER IN PERSON ${i % 10}\tsome comment about order ${i}\tcustomer#${i % 100_000}\t`;
    text += `${day('1992-01-01', i % 2500)}\t${day('1995-01-01', i % 1000)}\t${stamp}\t${i % 5 === 0 ? '\\N' : i}\n`;
    if (text.length >= MESSAGE_BYTES) flush(MESSAGE_BYTES);
  }
  flush(text.length);
  return made;
}
