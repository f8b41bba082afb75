import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A gateway as a process of its own in a working folder, on a free port: it can be killed. */
export type GatewayProcess = {
  readonly port: number;
  readonly child: ChildProcessWithoutNullStreams;
  /** SIGKILL, awaited. */
  kill(): Promise<void>;
};

export async function startGatewayProcess(folder: string, flags: readonly string[] = []): Promise<GatewayProcess> {
  const args = [MAIN, 'serve', '--port=0', '--demo=false', ...flags];
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, BERGWIRE_TOOLS: undefined } });
  let printed = '';
  let complained = '';
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  child.stdout.setEncoding('utf8');
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (chunk: string) => {
      printed += chunk;
      const found = /psql -h 127\.0\.0\.1 -p (\d+) -U bergwire/.exec(printed)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', () => reject(new Error(`the gateway ended: ${printed}${complained}`)));
  });
  return {
    port,
    child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
