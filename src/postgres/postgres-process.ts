/**
 * One worker thread with PGlite, from start to end. Requests are answered strictly one at a time, in order. A request
 * that takes too long or a thread that fails ends the process; whoever owns it opens another.
 */
import { Worker } from 'node:worker_threads';
import { requestTimedOut, workerCrashed } from './errors.ts';
import type { ThreadOptions, ThreadReply, ThreadRequest } from './postgres-worker.ts';

/** The thread's stack: analysis recurses over the statement. */
const STACK_MB = 8;
const OPEN_TIMEOUT_MS = 60_000;

type Waiting = {
  readonly resolve: (reply: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
};

export class PostgresProcess {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #waiting: Waiting | undefined;
  #lastId = 0;
  #failure: unknown;
  #memoryBytes = 0;

  private constructor(options: ThreadOptions) {
    this.#worker = new Worker(new URL('./postgres-worker.ts', import.meta.url), {
      workerData: options,
      resourceLimits: { stackSizeMb: STACK_MB },
      stdout: true,
      stderr: true,
    });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.on('message', (message: ThreadReply) => this.#receive(message));
    this.#worker.on('error', (error) => this.#fail(workerCrashed(error)));
    this.#worker.on('exit', () => this.#fail(workerCrashed(new Error('the worker thread ended'))));
  }

  static async open(options: ThreadOptions): Promise<PostgresProcess> {
    const opened = new PostgresProcess(options);
    await opened.#wait(0, OPEN_TIMEOUT_MS);
    return opened;
  }

  get isAlive(): boolean {
    return this.#failure === undefined;
  }

  /** Memory of the instance, which never shrinks. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** The backend messages that `request` caused. One request at a time. */
  async send(request: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#waiting !== undefined) throw new Error('a request is already running');
    const id = ++this.#lastId;
    const reply = this.#wait(id, timeoutMs);
    const message: ThreadRequest = { id, request };
    this.#worker.postMessage(message, [request.buffer as ArrayBuffer]);
    return await reply;
  }

  async end(): Promise<void> {
    this.#failure ??= workerCrashed(new Error('the worker thread was ended'));
    await this.#worker.terminate();
    await this.#ended;
  }

  #wait(id: number, timeoutMs: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fail(id === 0 ? workerCrashed(new Error('opening took too long')) : requestTimedOut(timeoutMs));
        void this.#worker.terminate();
      }, timeoutMs);
      this.#waiting = { resolve, reject, timer };
    });
  }

  #receive(message: ThreadReply): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    if ('failure' in message) {
      this.#fail(workerCrashed(new Error(message.failure)));
      void this.#worker.terminate();
      return;
    }
    clearTimeout(waiting.timer);
    this.#waiting = undefined;
    if ('memoryBytes' in message) this.#memoryBytes = message.memoryBytes;
    waiting.resolve('reply' in message ? message.reply : new Uint8Array());
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#waiting = undefined;
    waiting.reject(error);
  }
}
