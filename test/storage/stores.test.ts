import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { localStore } from '../../src/storage/local-store.ts';
import { mappedStore } from '../../src/storage/mapped-store.ts';
import { openStore } from '../../src/storage/open-store.ts';
import { s3Store } from '../../src/storage/s3-store.ts';
import { need } from '../support/tools.ts';
import { startS3Server } from '../support/versitygw.ts';
import { storeConformance } from './store-conformance.ts';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { S3Server } from '../support/versitygw.ts';
import type { Store } from '../../src/storage/storage.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergwire-stores-'));
});
after(() => rm(folder, { recursive: true }));

for (const [spelling, prefix] of [
  ['a path', ''],
  ['file:/', 'file:'],
  ['file:///', 'file://'],
] as const) {
  suite(`local store, ${spelling}`, () => {
    storeConformance(localStore, () => `${prefix}${folder}/${prefix.length}/`);
  });
}

suite('mapped store', () => {
  const store = (): Store =>
    mappedStore(localStore(), {
      's3://relocated/': `${folder}/mapped/`,
      's3://relocated/deep/er/': `${folder}/deeper/`,
    });
  storeConformance(store, () => 's3://relocated/');

  test('the longest prefix wins, and the rest goes where it was', async () => {
    await store().create('s3://relocated/deep/er/x', Uint8Array.of(1));
    assert.deepEqual(await readdir(join(folder, 'deeper')), ['x']);
    assert.equal(store().localPath('s3://relocated/deep/er/x'), `${folder}/deeper/x`);
    assert.equal(store().localPath('/elsewhere'), '/elsewhere');
  });

  test('a key cannot climb out of its folder', async () => {
    for (const key of ['../x', 'a/../../x', 'a/./b']) {
      await assert.rejects(store().read(`s3://relocated/${key}`), { fault: 'invalid' });
    }
  });
});

suite('S3 store', { skip: need('versitygw') }, () => {
  let server: S3Server;
  before(async () => {
    server = await startS3Server();
  });
  after(() => server[Symbol.asyncDispose]());
  const store = (): Store => openStore({ s3: server.options });
  storeConformance(store, () => `s3://${server.bucket}/under/`);

  test('wrong credentials are denied', async () => {
    for (const wrong of [{ secretAccessKey: 'wrong' }, { accessKeyId: 'nobody' }]) {
      const denied = s3Store({ ...server.options, ...wrong });
      await assert.rejects(denied.read(`s3://${server.bucket}/x`), { fault: 'denied' });
      await assert.rejects(denied.create(`s3://${server.bucket}/x`, Uint8Array.of(1)), { fault: 'denied' });
    }
  });

  test('a write whose answer is lost is known by its mark', async () => {
    await using proxy = await startProxy(server.options.endpoint, { loseAnswers: 1 });
    const uri = `s3://${server.bucket}/lost-answer`;
    await s3Store({ ...server.options, endpoint: proxy.endpoint }).create(uri, Uint8Array.of(7));
    assert.deepEqual([...(await store().read(uri))], [7]);
    assert.ok(proxy.lost() > 0);
  });
});

test('a silent S3 server is unavailable for reads, and leaves writes unknown', async () => {
  await using proxy = await startProxy(undefined, { loseAnswers: 0 });
  const silent = s3Store({
    endpoint: proxy.endpoint,
    accessKeyId: 'a',
    secretAccessKey: 'b',
    timeoutMs: 100,
    attempts: 1,
  });
  await assert.rejects(silent.read('s3://b/k'), { fault: 'unavailable' });
  await assert.rejects(silent.create('s3://b/k', Uint8Array.of(1)), { fault: 'unknown' });
});

test('a scheme without storage is not usable', async () => {
  await assert.rejects(openStore().read('gs://bucket/key'), { fault: 'invalid' });
  await assert.rejects(openStore().read('file://host/key'), { fault: 'invalid' });
  await assert.rejects(openStore().read('relative/key'), { fault: 'invalid' });
  await mkdir(join(folder, 'a-folder'));
  await assert.rejects(openStore().read(join(folder, 'a-folder')), { fault: 'missing' });
});

type Proxy = { readonly endpoint: string; readonly lost: () => number; [Symbol.asyncDispose](): Promise<void> };

/** Passes requests on and drops the connection instead of the first answers to writes; with no upstream it is silent. */
async function startProxy(
  upstream: string | undefined,
  { loseAnswers }: { readonly loseAnswers: number },
): Promise<Proxy> {
  let lost = 0;
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await Array.fromAsync(request as AsyncIterable<Buffer>);
    if (upstream === undefined) return;
    const headers = Object.entries(request.headers).filter(
      ([name]) => name !== 'connection' && name !== 'content-length' && name !== 'expect',
    );
    const { request: send } = await import('node:http');
    const url = new URL(request.url ?? '/', upstream);
    const passed = send(url, {
      method: request.method ?? 'GET',
      headers: { ...Object.fromEntries(headers), 'content-length': String(Buffer.concat(body).length) } as Record<
        string,
        string
      >,
    });
    passed.on('response', (answer) => {
      if (request.method === 'PUT' && lost < loseAnswers) {
        lost += 1;
        answer.resume();
        response.destroy();
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passed.end(Buffer.concat(body));
  };
  const server = createServer((request, response) => void pass(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    lost: () => lost,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
