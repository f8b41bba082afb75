/**
 * The worker thread that owns one PGlite instance. It understands bytes only: a request is a run of frontend messages,
 * the reply is every backend message they caused. Nothing else in the process touches PGlite.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/**
 * `opening`, `request` and `reply` are transferred. In parts, the reply is sent while it grows, so that whoever receives
 * it may say that it is too much. A failure means that the instance is not to be trusted any more.
 */
export type ThreadRequest = {
  readonly id: number;
  /** Sent first; begins the transaction. */
  readonly opening?: Uint8Array;
  /** What the clock shows meanwhile, microseconds since 1970: now() is when the client's transaction began. */
  readonly openedAt?: bigint;
  readonly request: Uint8Array;
  readonly inParts?: boolean;
};
export type ThreadReply =
  | { readonly id: 0; readonly ready: true }
  | { readonly id: number; readonly part: Uint8Array }
  | { readonly id: number; readonly reply: Uint8Array; readonly memoryBytes: number }
  | { readonly id: number; readonly failure: string };

export type ThreadOptions = { readonly dataDirectory: string; readonly database: string };

/** Parts are not smaller, except the last. */
const PART_BYTES = 64 * 1024;

const port = parentPort;
if (port === null) throw new Error('postgres-worker.ts runs in a worker thread only');
const { dataDirectory, database } = workerData as ThreadOptions;
const postgres = await PGlite.create({ dataDir: dataDirectory, database });
const clock = Date.now;
// PostgreSQL's clock has microseconds.
Date.now = exactly;

port.on('message', (message: ThreadRequest) => {
  answer(message).then(
    (reply) =>
      port.postMessage({ id: message.id, reply, memoryBytes: postgres.Module.HEAPU8.byteLength }, [
        reply.buffer as ArrayBuffer,
      ]),
    (error: unknown) => port.postMessage({ id: message.id, failure: String(error) }),
  );
});
port.postMessage({ id: 0, ready: true });

async function answer({ id, opening, openedAt, request, inParts }: ThreadRequest): Promise<Uint8Array> {
  let chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const take = (): Uint8Array => {
    const all = joined(chunks, sizeBytes);
    chunks = [];
    sizeBytes = 0;
    return all;
  };
  const onRawData = (chunk: Uint8Array): void => {
    // The chunk may be a view of WASM memory, which moves on.
    chunks.push(chunk.slice());
    sizeBytes += chunk.length;
    if (inParts !== true || sizeBytes < PART_BYTES) return;
    const part = take();
    port!.postMessage({ id, part }, [part.buffer as ArrayBuffer]);
  };
  if (opening !== undefined) {
    if (openedAt !== undefined) Date.now = () => Number(openedAt) / 1000 + HALF_MICROSECOND_MS;
    await postgres.execProtocolRawStream(opening, { syncToFs: false, onRawData }).finally(() => (Date.now = exactly));
  }
  await postgres.execProtocolRawStream(request, { syncToFs: false, onRawData });
  return take();
}

/** The clock is cut to whole microseconds, which a double does not hit in milliseconds. */
const HALF_MICROSECOND_MS = 0.0005;

function exactly(): number {
  const now = performance.timeOrigin + performance.now();
  // The two drift apart where the machine's clock is set.
  return Math.abs(now - clock()) < 2 ? now : clock();
}

function joined(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const all = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
