/**
 * The one lane to the analysing Postgres: requests wait in order, each runs alone. A worker that crashed or was ended
 * by the watchdog is opened again on its own directory; where that fails, on a fresh one, which is then replayed.
 */
import { rm } from 'node:fs/promises';
import { cannotOpen, postgresClosed, requestTimedOut } from './errors.ts';
import { freshDataDirectory, type DataDirectoryOptions } from './data-directory.ts';
import { openProcess } from './open-process.ts';
import type { PostgresProcess } from './postgres-process.ts';
import { readReply, type Answer } from './read-reply.ts';

export type LaneOptions = DataDirectoryOptions & {
  /** Longest time one request may take. */
  readonly requestTimeoutMs: number;
  /** An instance that has grown beyond is replaced after the request. */
  readonly memoryLimitBytes: number;
};

/** Sends a request past the queue; for replaying. */
export type Send = (messages: () => Uint8Array) => Promise<readonly Answer[]>;

export class PostgresLane {
  readonly #options: LaneOptions;
  readonly #replay: (send: Send) => Promise<void>;
  #directory: string;
  #process: PostgresProcess;
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;
  #reopened = 0;

  private constructor(
    options: LaneOptions,
    directory: string,
    opened: PostgresProcess,
    replay: (send: Send) => Promise<void>,
  ) {
    this.#options = options;
    this.#directory = directory;
    this.#process = opened;
    this.#replay = replay;
  }

  /** `replay` rebuilds the mirror in a fresh instance after the directory was lost. */
  static async open(options: LaneOptions, replay: (send: Send) => Promise<void>): Promise<PostgresLane> {
    try {
      const directory = await freshDataDirectory(options);
      return new PostgresLane(options, directory, await openProcess(options.database, directory), replay);
    } catch (error) {
      throw cannotOpen(options.folder, error);
    }
  }

  /** How often the worker was opened again. */
  get reopened(): number {
    return this.#reopened;
  }

  /** Ends the worker as a crash would; the next request opens another. */
  async crash(): Promise<void> {
    await this.#process.end();
  }

  /**
   * Runs one request when its turn comes. `repeatable` requests are sent once more if the worker crashes under them;
   * a request that ran out of time is not.
   */
  run(messages: () => Uint8Array, repeatable: boolean): Promise<readonly Answer[]> {
    if (this.#closed) return Promise.reject(postgresClosed());
    const turn = this.#tail.then(() => this.#runNow(messages, repeatable));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#tail;
    await this.#process.end();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #runNow(messages: () => Uint8Array, repeatable: boolean): Promise<readonly Answer[]> {
    if (!this.#process.isAlive) await this.#reopen();
    try {
      return await this.#sendNow(messages);
    } catch (error) {
      if (this.#process.isAlive) throw error;
      const timedOut = error instanceof Error && error.message === requestTimedOut(0).message;
      await this.#reopen();
      if (!repeatable || timedOut) throw error;
      return await this.#sendNow(messages);
    }
  }

  async #sendNow(messages: () => Uint8Array): Promise<readonly Answer[]> {
    const answers = readReply(await this.#process.send(messages(), this.#options.requestTimeoutMs));
    if (this.#process.memoryBytes > this.#options.memoryLimitBytes) await this.#process.end();
    return answers;
  }

  async #reopen(): Promise<void> {
    await this.#process.end();
    this.#reopened++;
    try {
      this.#process = await openProcess(this.#options.database, this.#directory);
      return;
    } catch {
      // The directory did not survive: the cache is built anew.
    }
    const lost = this.#directory;
    try {
      this.#directory = await freshDataDirectory(this.#options);
      this.#process = await openProcess(this.#options.database, this.#directory);
    } catch (error) {
      throw cannotOpen(this.#options.folder, error);
    }
    await rm(lost, { recursive: true, force: true });
    await this.#replay(async (messages) =>
      readReply(await this.#process.send(messages(), this.#options.requestTimeoutMs)),
    );
  }
}
