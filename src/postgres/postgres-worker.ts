/**
 * The worker thread that owns one PGlite instance. It understands bytes only: a request is a run of frontend messages,
 * the reply is every backend message they caused. Nothing else in the process touches PGlite.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** `request` and `reply` are transferred. A failure means that the instance is not to be trusted any more. */
export type ThreadRequest = { readonly id: number; readonly request: Uint8Array };
export type ThreadReply =
  | { readonly id: 0; readonly ready: true }
  | { readonly id: number; readonly reply: Uint8Array; readonly memoryBytes: number }
  | { readonly id: number; readonly failure: string };

export type ThreadOptions = { readonly dataDirectory: string; readonly database: string };

const port = parentPort;
if (port === null) throw new Error('postgres-worker.ts runs in a worker thread only');
const { dataDirectory, database } = workerData as ThreadOptions;
const postgres = await PGlite.create({ dataDir: dataDirectory, database });

port.on('message', (message: ThreadRequest) => {
  answer(message.request).then(
    (reply) =>
      port.postMessage({ id: message.id, reply, memoryBytes: postgres.Module.HEAPU8.byteLength }, [
        reply.buffer as ArrayBuffer,
      ]),
    (error: unknown) => port.postMessage({ id: message.id, failure: String(error) }),
  );
});
port.postMessage({ id: 0, ready: true });

async function answer(request: Uint8Array): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  await postgres.execProtocolRawStream(request, {
    syncToFs: false,
    onRawData: (chunk) => {
      // The chunk may be a view of WASM memory, which moves on.
      chunks.push(chunk.slice());
      sizeBytes += chunk.length;
    },
  });
  const reply = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    reply.set(chunk, at);
    at += chunk.length;
  }
  return reply;
}
