import { rm } from 'node:fs/promises';
import { freshDataDirectory, type DataDirectoryOptions } from './data-directory.ts';
import { advancedOid, advanceOid, type DefinitionLog } from './definition-log.ts';
import { requestCanceled, resultTooLarge } from './errors.ts';
import { openProcess } from './open-process.ts';
import type { PostgresProcess } from './postgres-process.ts';
import { readReply, type Answer } from './read-reply.ts';
import { query, request } from './request.ts';

export type ReplicaOptions = DataDirectoryOptions & {
  /** Disk for what one statement sorts or keeps; beyond it PostgreSQL raises 53400. */
  readonly temporaryBytes: number;
  /** An instance that has grown beyond is replaced after the statement. */
  readonly memoryBytes: number;
  /** Largest answer. */
  readonly resultBytes: number;
};

/** A batch for a replica: what begins the transaction, and the rest. */
export type ReplicaBatch = {
  readonly opening: string;
  /** now(), microseconds since 1970. */
  readonly openedAt?: bigint | undefined;
  readonly request: () => Uint8Array;
  /** Ends the worker, and with it the statement. */
  readonly signal?: AbortSignal | undefined;
};

/** Defining is the gateway's own and never takes long. */
const SYNC_TIMEOUT_MS = 60_000;

/**
 * A copy of the mirror in a worker and a data directory of its own, where clients' statements are executed. One batch
 * at a time. It is ended like a process of PostgreSQL is: by whoever cancels, times out, or needs the room.
 */
export class Replica {
  readonly #options: ReplicaOptions;
  readonly #log: DefinitionLog;
  readonly #directory: string;
  readonly #epoch: number;
  #process: PostgresProcess;
  #applied = 0;

  private constructor(options: ReplicaOptions, log: DefinitionLog, directory: string, opened: PostgresProcess) {
    this.#options = options;
    this.#log = log;
    this.#directory = directory;
    this.#process = opened;
    this.#epoch = log.epoch;
  }

  static async open(options: ReplicaOptions, log: DefinitionLog): Promise<Replica> {
    const directory = await freshDataDirectory(options);
    try {
      return new Replica(options, log, directory, await open(options, directory));
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  get isAlive(): boolean {
    return this.#process.isAlive;
  }

  /** Repeats what was defined meanwhile; false where it cannot follow, and another one is needed. */
  async sync(): Promise<boolean> {
    if (this.#epoch !== this.#log.epoch) return false;
    if (this.#applied === this.#log.length) return true;
    const definitions = this.#log.since(this.#applied);
    const parts = definitions.flatMap(({ oid, bytes }) => [query(advanceOid(oid)), Buffer.from(bytes)]);
    const answers = readReply(await this.#process.send(request(...parts), SYNC_TIMEOUT_MS));
    if (answers.some(({ error }) => error !== undefined)) return false;
    const marks = answers.filter(({ fields }) => fields?.length === 1 && fields[0]?.name === MARK);
    this.#applied += definitions.length;
    return definitions.every(({ oid }, index) => marks[index] !== undefined && advancedOid(marks[index]) === oid);
  }

  /** Runs one batch. */
  async run({ opening, openedAt, request: rest, signal }: ReplicaBatch): Promise<readonly Answer[]> {
    if (signal?.aborted === true) throw requestCanceled();
    const abort = (): void => void this.end(requestCanceled());
    signal?.addEventListener('abort', abort, { once: true });
    const { resultBytes, memoryBytes } = this.#options;
    const parts: Uint8Array[] = [];
    let sizeBytes = 0;
    const onPart = (part: Uint8Array): void => {
      parts.push(part);
      sizeBytes += part.length;
      if (sizeBytes > resultBytes) void this.end(resultTooLarge(resultBytes));
    };
    try {
      const first = request(query(opening));
      onPart(
        await this.#process.send(rest(), 0, { opening: first, ...(openedAt !== undefined && { openedAt }), onPart }),
      );
      if (sizeBytes > resultBytes) throw resultTooLarge(resultBytes);
      return readReply(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
    } finally {
      signal?.removeEventListener('abort', abort);
      if (this.#process.memoryBytes > memoryBytes) await this.#process.end();
    }
  }

  /** Opens the worker again on its directory. */
  async reopen(): Promise<void> {
    await this.#process.end();
    this.#process = await open(this.#options, this.#directory);
    await this.noteOid();
  }

  /** After what takes oids by itself: later definitions must start beyond, as this takes another one. */
  async noteOid(): Promise<void> {
    const [answer] = readReply(await this.#process.send(request(query(advanceOid(0))), SYNC_TIMEOUT_MS));
    if (answer?.error) throw answer.error;
    if (answer !== undefined) this.#log.passed(advancedOid(answer) + 1);
  }

  async end(reason?: unknown): Promise<void> {
    await this.#process.end(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.end();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** The column of `advanceOid`. */
const MARK = 'bergwire_oid';

async function open({ database, temporaryBytes }: ReplicaOptions, directory: string): Promise<PostgresProcess> {
  return await openProcess(database, directory, [`SET temp_file_limit = ${Math.ceil(temporaryBytes / 1024)}`]);
}
