/** The engine's thread: owns the DuckDB instance, answers requests (messages.ts). Started by open-engine.ts only. */
import duckdb from '@duckdb/node-bindings';
import { parentPort, workerData } from 'node:worker_threads';
import { KernelsOnDemand } from '../row/kernel/kernels-on-demand.ts';
import { RowBuffers } from '../row/row-buffers.ts';
import { engineError } from './engine-error.ts';
import type { InstanceOptions, Reply, Request } from './messages.ts';
import { openInstance } from './open-instance.ts';
import { WorkerConnection } from './worker-connection.ts';

/** Batches of a stream that may be under way without having been asked for. */
const CREDIT_BATCHES = 2;

type Stream = { credit: number; wake: (() => void) | undefined; closed: boolean };

const port = parentPort!;
const database = await openInstance(workerData as InstanceOptions);
const rowParts = { buffers: new RowBuffers(), kernels: new KernelsOnDemand() };
const connections = new Map<number, WorkerConnection>();
const streams = new Map<number, Stream>();

port.on('message', (request: Request) => {
  switch (request.kind) {
    case 'interrupt':
      connections.get(request.connection)?.interrupt();
      for (const stream of streams.values()) stream.wake?.();
      return;
    case 'reuse':
      rowParts.buffers.giveBack(request.buffer);
      return;
    case 'credit':
      grant(request.stream);
      return;
    case 'copyAnswer':
      connections.get(request.connection)?.copy?.answered(request.answer);
      return;
    default:
      void answer(request);
  }
});
post({ kind: 'ready' });

async function answer(
  request: Exclude<Request, { kind: 'interrupt' | 'credit' | 'reuse' | 'copyAnswer' }>,
): Promise<void> {
  try {
    const value = await perform(request);
    post({ kind: 'done', id: request.id, value });
  } catch (error) {
    const interrupted = 'connection' in request && connections.get(request.connection)?.wasInterrupted === true;
    const { fields } = engineError(error, interrupted);
    post({ kind: 'failed', id: request.id, error: { fields, original: String((error as Error).stack ?? error) } });
  }
}

async function perform(
  request: Exclude<Request, { kind: 'interrupt' | 'credit' | 'reuse' | 'copyAnswer' }>,
): Promise<unknown> {
  if (request.kind === 'stop') {
    for (const stream of streams.values()) {
      stream.closed = true;
      stream.wake?.();
    }
    await Promise.all([...connections.values()].map((connection) => connection.close()));
    duckdb.close_sync(database);
    return undefined;
  }
  if (request.kind === 'connect') {
    connections.set(request.connection, await WorkerConnection.open(database, rowParts));
    return undefined;
  }
  const connection = connections.get(request.connection)!;
  switch (request.kind) {
    case 'disconnect':
      connections.delete(request.connection);
      await connection.close();
      return undefined;
    case 'run':
      return await connection.run(request.statement);
    case 'values':
      return await connection.values(request.statement);
    case 'rows':
      return await sendRows(connection, request);
    case 'copyOpen':
      return await connection.openCopy(request.table, request.spec, (question) =>
        post({ kind: 'question', connection: request.connection, question }),
      );
    case 'copyRead':
      return await connection.copy!.read(request.bytes);
    case 'copyFlush':
      return await connection.copy!.flush();
    case 'close': {
      const stream = streams.get(request.stream);
      if (stream !== undefined) {
        stream.closed = true;
        connection.interrupt();
        stream.wake?.();
      }
      return undefined;
    }
  }
}

/** Each batch takes one credit; without credit the query stands still in DuckDB's bounded buffer. */
async function sendRows(connection: WorkerConnection, request: Request & { kind: 'rows' }): Promise<void> {
  const stream: Stream = { credit: CREDIT_BATCHES, wake: undefined, closed: false };
  streams.set(request.id, stream);
  try {
    await connection.rows(
      request.statement,
      request.format,
      async (bytes, rowCount) => {
        while (stream.credit === 0 && !stream.closed && !connection.wasInterrupted) {
          await new Promise<void>((resolve) => {
            stream.wake = resolve;
          });
        }
        if (stream.closed || connection.wasInterrupted) return;
        stream.credit--;
        port.postMessage({ kind: 'batch', id: request.id, bytes, rowCount } satisfies Reply, [bytes.buffer]);
      },
      () => stream.closed,
    );
  } catch (error) {
    if (!stream.closed) throw error;
  } finally {
    streams.delete(request.id);
  }
}

function grant(id: number): void {
  const stream = streams.get(id);
  if (stream === undefined) return;
  stream.credit++;
  stream.wake?.();
  stream.wake = undefined;
}

function post(reply: Reply): void {
  port.postMessage(reply);
}
