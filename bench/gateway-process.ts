import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A gateway in a process of its own, so that its time and memory can be told from the client's. */
export type GatewayProcess = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly folder: string;
  /** Seconds of processor time so far, of the whole process or of its main thread (Linux only, else NaN). */
  cpuSeconds(of: 'process' | 'main thread'): number;
  /** Resident memory now (Linux only, else NaN). */
  rssBytes(): number;
  [Symbol.asyncDispose](): Promise<void>;
};

export type GatewayProcessOptions = {
  readonly flags?: readonly string[];
  /** Flags of Node, e.g. `--cpu-prof`; BENCH_NODE_FLAGS adds some. */
  readonly nodeFlags?: readonly string[];
  /** An existing working folder. */
  readonly folder?: string;
};

const READY_WITHIN_MS = 60_000;

/** Starts `bergwire serve` on a free port; `folder` is removed at the end unless it was given. */
export async function startGatewayProcess(options: GatewayProcessOptions = {}): Promise<GatewayProcess> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'bergwire-bench-')));
  const port = await freePort();
  const main = join(import.meta.dirname, '../src/main.ts');
  const nodeFlags = [...(options.nodeFlags ?? []), ...(process.env.BENCH_NODE_FLAGS?.split(' ') ?? [])];
  const flags = [`--listen.port=${port}`, '--demo=false', '--log.level=error', ...(options.flags ?? [])];
  const child = spawn(process.execPath, [...nodeFlags, main, 'serve', ...flags], {
    cwd: folder,
    env: { ...process.env, UV_THREADPOOL_SIZE: '128' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data', { signal: AbortSignal.timeout(READY_WITHIN_MS) }),
    ended.then(() => Promise.reject(new Error('the gateway ended at once'))),
  ]);
  child.stdout.resume();
  const pid = child.pid!;
  return {
    host: '127.0.0.1',
    port,
    user: 'bergwire',
    database: 'bergwire',
    folder,
    cpuSeconds: (of) => cpuSeconds(of === 'process' ? `/proc/${pid}/stat` : `/proc/${pid}/task/${pid}/stat`),
    rssBytes: () => rssBytes(pid),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Clock ticks of `/proc/PID/stat`, fields 14 and 15; Linux counts 100 a second. */
function cpuSeconds(file: string): number {
  try {
    const fields = readFileSync(file, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return NaN;
  }
}

/** Resident memory of a process (Linux only, else NaN). */
export function rssBytes(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(kilobytes?.[1]) * 1024;
  } catch {
    return NaN;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
