import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tools } from './tools.ts';
import type { AddressInfo } from 'node:net';
import type { S3Options } from '../../src/storage/s3-store.ts';

/** A throw-away S3 server (versitygw) with one empty bucket. Objects are plain files in `folder`. */
export type S3Server = {
  readonly options: Required<Pick<S3Options, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>>;
  readonly bucket: string;
  readonly folder: string;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function startS3Server(): Promise<S3Server> {
  const root = await mkdtemp(join(tmpdir(), 'bergwire-s3-'));
  const bucket = 'warehouse';
  await mkdir(join(root, bucket));
  const port = await freePort();
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKeyId: 'bergwire',
    secretAccessKey: 'bergwire-secret',
  };
  const flags = ['--access', options.accessKeyId, '--secret', options.secretAccessKey, '--region', options.region];
  const server = spawn(tools.versitygw, ['--port', `127.0.0.1:${port}`, ...flags, '--quiet', 'posix', root], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const dispose = async (): Promise<void> => {
    server.kill('SIGTERM');
    await ended;
    await rm(root, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries++) {
    const answer = await fetch(options.endpoint).catch(() => undefined);
    if (answer !== undefined) break;
    if (tries === 100 || server.exitCode !== null) {
      await dispose();
      throw new Error('versitygw did not start');
    }
    await sleep(50);
  }
  return { options, bucket, folder: join(root, bucket), [Symbol.asyncDispose]: dispose };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Flags of a gateway whose new tables are on the server, under `s3://BUCKET/house`. */
export function s3Flags({ options, bucket }: Pick<S3Server, 'options' | 'bucket'>): readonly string[] {
  return [
    '--catalogs.bergwire.uri=sqlite:catalog.db',
    `--catalogs.bergwire.warehouse=s3://${bucket}/house`,
    `--storage.s3.endpoint=${options.endpoint}`,
    `--storage.s3.region=${options.region}`,
    '--storage.s3.pathStyle=true',
    `--storage.s3.accessKeyId=${options.accessKeyId}`,
    `--storage.s3.secretAccessKey=${options.secretAccessKey}`,
  ];
}
