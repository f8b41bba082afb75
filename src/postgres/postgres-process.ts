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
  readonly timer: NodeJS.Timeout | undefined;
  readonly onPart: ((part: Uint8Array) => void) | undefined;
};

/** How a request is answered in parts; see ThreadRequest. */
export type SendOptions = Pick<ThreadRequest, 'opening' | 'openedAt'> & {
  readonly onPart?: (part: Uint8Array) => void;
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

  /**
   * The backend messages that `request` caused, those given to `onPart` left out. One request at a time; `timeoutMs` 0
   * lets it take any time.
   */
  async send(request: Uint8Array, timeoutMs: number, options: SendOptions = {}): Promise<Uint8Array> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#waiting !== undefined) throw new Error('a request is already running');
    const { onPart, ...more } = options;
    const id = ++this.#lastId;
    const reply = this.#wait(id, timeoutMs, onPart);
    const message: ThreadRequest = { id, request, ...more, inParts: onPart !== undefined };
    const moved = more.opening === undefined ? [request] : [request, more.opening];
    this.#worker.postMessage(
      message,
      moved.map(({ buffer }) => buffer as ArrayBuffer),
    );
    return await reply;
  }

  /** Ends the thread; what runs is rejected with `reason`. */
  async end(reason: unknown = workerCrashed(new Error('the worker thread was ended'))): Promise<void> {
    this.#fail(reason);
    await this.#worker.terminate();
    await this.#ended;
  }

  #wait(id: number, timeoutMs: number, onPart?: (part: Uint8Array) => void): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const late = (): void => {
        this.#fail(id === 0 ? workerCrashed(new Error('opening took too long')) : requestTimedOut(timeoutMs));
        void this.#worker.terminate();
      };
      const timer = timeoutMs === 0 ? undefined : setTimeout(late, timeoutMs);
      this.#waiting = { resolve, reject, timer, onPart };
    });
  }

  #receive(message: ThreadReply): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    if ('part' in message) {
      waiting.onPart?.(message.part);
      return;
    }
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
