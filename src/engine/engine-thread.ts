import { Worker } from 'node:worker_threads';
import { SqlError } from '../base/sql-error.ts';
import type { CopyAnswer, CopyQuestion } from './copy/copy-spec.ts';
import { engineGone } from './errors.ts';
import type { InstanceOptions, Reply, Request } from './worker/messages.ts';

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };
type OnBatch = (bytes: Uint8Array<ArrayBuffer>, rowCount: number) => void;
type Asking = Extract<Request, { readonly id: number }>;
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

const STOP_WITHIN_MS = 5000;

/** The main thread's end of the engine: requests out, replies in. */
export class EngineThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #batches = new Map<number, OnBatch>();
  readonly #answering = new Map<number, (question: CopyQuestion) => Promise<CopyAnswer>>();
  readonly #onForeignError: ((original: string) => void) | undefined;
  #nextId = 1;
  #gone: SqlError | undefined;

  private constructor(worker: Worker, onForeignError: ((original: string) => void) | undefined) {
    this.#worker = worker;
    this.#onForeignError = onForeignError;
    worker.on('message', (reply: Reply) => this.#receive(reply));
    worker.on('error', (error: unknown) => this.#lose(engineGone(error)));
    worker.on('exit', () => this.#lose(engineGone()));
  }

  static async start(options: InstanceOptions, onForeignError?: (original: string) => void): Promise<EngineThread> {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./worker/worker.${extension}`, import.meta.url), { workerData: options });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
    });
    worker.removeAllListeners('error');
    return new EngineThread(worker, onForeignError);
  }

  newId(): number {
    return this.#nextId++;
  }

  /** Sends a request and resolves to the value of its reply. */
  async ask(
    request: WithoutId<Asking>,
    onBatch?: OnBatch,
    id = this.newId(),
    handedOver: readonly ArrayBuffer[] = [],
  ): Promise<unknown> {
    if (this.#gone !== undefined) throw this.#gone;
    if (onBatch !== undefined) this.#batches.set(id, onBatch);
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id }, handedOver);
    });
  }

  /** Who answers the questions of a connection's COPY FROM; undefined where nobody does any more. */
  answerWith(connection: number, answer: ((question: CopyQuestion) => Promise<CopyAnswer>) | undefined): void {
    if (answer === undefined) this.#answering.delete(connection);
    else this.#answering.set(connection, answer);
  }

  tell(request: Extract<Request, { readonly kind: 'credit' | 'interrupt' | 'copyAnswer' }>): void {
    if (this.#gone === undefined) this.#worker.postMessage(request);
  }

  /** A batch's memory, which is the worker's again. */
  giveBack(buffer: ArrayBuffer): void {
    if (this.#gone === undefined) this.#worker.postMessage({ kind: 'reuse', buffer } satisfies Request, [buffer]);
  }

  async stop(): Promise<void> {
    if (this.#gone !== undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, STOP_WITHIN_MS);
    });
    await Promise.race([this.ask({ kind: 'stop' }).catch(() => undefined), late]);
    clearTimeout(timer);
    this.#lose(engineGone());
    await this.#worker.terminate();
  }

  #receive(reply: Reply): void {
    if (reply.kind === 'ready') return;
    if (reply.kind === 'question') return void this.#answer(reply.connection, reply.question);
    if (reply.kind === 'batch') return this.#batches.get(reply.id)?.(reply.bytes, reply.rowCount);
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    this.#batches.delete(reply.id);
    if (reply.kind === 'done') return waiting?.resolve(reply.value);
    const { fields, original } = reply.error;
    if (fields.sqlstate === 'XX000') this.#onForeignError?.(original);
    waiting?.reject(new SqlError(fields, { cause: original }));
  }

  async #answer(connection: number, question: CopyQuestion): Promise<void> {
    const answer = await this.#answering
      .get(connection)?.(question)
      .catch(() => undefined);
    this.tell({ kind: 'copyAnswer', connection, answer });
  }

  #lose(error: SqlError): void {
    this.#gone ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
    this.#batches.clear();
  }
}
