import type { DataFile } from '../iceberg/iceberg.ts';
import type { LocalCopies, LocalLease } from '../storage/local-copies.ts';
import type { Store } from '../storage/storage.ts';
import type { EngineThread } from './engine-thread.ts';
import type { CopyProgress, CopySpec } from './copy/copy-spec.ts';
import type {
  AnswerQuestion,
  CopyTable,
  DeleteWriteRequest,
  EngineConnection,
  EngineStatement,
  RowFormat,
  RowStream,
  SpooledFile,
  WriteRequest,
} from './engine.ts';
import { exportParquet } from './copy/export-parquet.ts';
import { spoolFile } from './copy/spool-file.ts';
import { queryCanceled } from './errors.ts';
import { RowQueue } from './row-queue.ts';
import type { ChunkTraitsByPath } from './scan/chunk-traits.ts';
import { leaseFiles } from './scan/lease-files.ts';
import type { PhysicalSchemas } from './scan/physical-schemas.ts';
import { plainStatement } from './scan/plain-statement.ts';
import type { TranscodedFiles } from './transcode/transcoded-files.ts';
import type { PlainStatement } from './worker/messages.ts';
import type { Scratch, SqlRunner } from './write/sql-runner.ts';
import { writeData } from './write/write-data.ts';
import { writePositionDeletes } from './write/write-position-deletes.ts';

/** What all connections of an engine share. */
export type ConnectionParts = {
  readonly store: Store;
  readonly copies: LocalCopies;
  readonly temporaryFolder: string;
  readonly temporaryBytes: number;
  readonly schemas: PhysicalSchemas;
  readonly traits: ChunkTraitsByPath;
  readonly transcoded: TranscodedFiles;
};

/** The main thread's end of one DuckDB connection. Scans become SQL here, rows are encoded over there. */
export class MainConnection implements EngineConnection {
  readonly #thread: EngineThread;
  readonly #store: Store;
  readonly #copies: LocalCopies;
  readonly #temporaryFolder: string;
  readonly #schemas: PhysicalSchemas;
  readonly #traits: ChunkTraitsByPath;
  readonly #transcoded: TranscodedFiles;
  readonly #temporaryBytes: number;
  readonly #number: number;
  #spooled: (SpooledFile & AsyncDisposable) | undefined;
  #open = true;
  /** Public calls and streams that have not ended. */
  #active = 0;
  #cancel = new AbortController();

  private constructor(thread: EngineThread, parts: ConnectionParts) {
    this.#thread = thread;
    this.#store = parts.store;
    this.#copies = parts.copies;
    this.#temporaryFolder = parts.temporaryFolder;
    this.#temporaryBytes = parts.temporaryBytes;
    this.#schemas = parts.schemas;
    this.#traits = parts.traits;
    this.#transcoded = parts.transcoded;
    this.#number = thread.newId();
  }

  static async open(thread: EngineThread, parts: ConnectionParts): Promise<MainConnection> {
    const connection = new MainConnection(thread, parts);
    await thread.ask({ kind: 'connect', connection: connection.#number });
    return connection;
  }

  async rows(statement: EngineStatement, format: RowFormat): Promise<RowStream> {
    this.#begin();
    let lease: LocalLease | undefined;
    let plain: PlainStatement;
    try {
      lease = await this.#lease(statement);
      plain = await this.#plain(statement, lease);
      this.#check();
    } catch (error) {
      this.#active--;
      await lease?.[Symbol.asyncDispose]();
      throw error;
    }
    const held = lease;
    const connection = this.#number;
    const stream = this.#thread.newId();
    let finished: Promise<void> = Promise.resolve();
    const queue = new RowQueue(
      (buffer) => this.#thread.giveBack(buffer),
      () => this.#thread.tell({ kind: 'credit', connection, stream }),
      async () => {
        await this.#thread.ask({ kind: 'close', connection, stream });
        await finished;
      },
    );
    finished = this.#thread
      .ask(
        { kind: 'rows', connection, statement: plain, format },
        (bytes, rowCount) => queue.push(bytes, rowCount),
        stream,
      )
      .then(
        () => queue.end(),
        (error: unknown) => queue.end(error),
      )
      .then(async () => {
        this.#active--;
        await held[Symbol.asyncDispose]();
      });
    return queue;
  }

  async run(statement: EngineStatement): Promise<bigint> {
    return await this.#during(async () => await this.#withFiles(statement, (plain) => this.#run(plain)));
  }

  async values(statement: EngineStatement): Promise<readonly (readonly unknown[])[]> {
    return await this.#during(async () => await this.#withFiles(statement, (plain) => this.#values(plain)));
  }

  async writeData(request: WriteRequest): Promise<readonly DataFile[]> {
    return await this.#during(async () => await writeData(this.#runner(), this.#scratch(), request));
  }

  async writePositionDeletes(request: DeleteWriteRequest): Promise<readonly DataFile[]> {
    return await this.#during(async () => await writePositionDeletes(this.#runner(), this.#scratch(), request));
  }

  #runner(): SqlRunner {
    return {
      run: async (statement) => await this.#withFiles(statement, (plain) => this.#run(plain)),
      values: async (statement) => await this.#withFiles(statement, (plain) => this.#values(plain)),
    };
  }

  #scratch(): Scratch {
    return {
      folder: this.#temporaryFolder,
      publish: async (uri, localPath) => await this.#store.publish(uri, localPath),
      remove: async (uris) => await this.#store.remove(uris),
    };
  }

  async explain(
    statement: EngineStatement,
    { analyse, json }: { readonly analyse: boolean; readonly json: boolean },
  ): Promise<string> {
    const options = [...(analyse ? ['ANALYZE'] : []), ...(json ? ['FORMAT JSON'] : [])];
    const head = options.length === 0 ? 'EXPLAIN' : `EXPLAIN (${options.join(', ')})`;
    return await this.#during(async () => {
      const rows = await this.#withFiles(statement, (plain) => this.#values({ ...plain, sql: `${head} ${plain.sql}` }));
      return rows.map((row) => String(row.at(-1))).join('\n');
    });
  }

  async exportParquet(statement: EngineStatement): Promise<RowStream> {
    return await this.#during(async () => await exportParquet(this.#runner(), this.#scratch(), statement));
  }

  async spool(): Promise<SpooledFile> {
    this.#spooled ??= await spoolFile(this.#temporaryFolder, this.#temporaryBytes);
    return this.#spooled;
  }

  async copyInto(table: string, spec: CopySpec, answer: AnswerQuestion): Promise<CopyTable> {
    const connection = this.#number;
    this.#thread.answerWith(connection, answer);
    await this.#during(
      async () => await this.#thread.ask({ kind: 'copyOpen', connection, table, spec: structuredClone(spec) }),
    );
    return {
      read: async (bytes) => {
        this.#check();
        const request = { kind: 'copyRead', connection, bytes } as const;
        return (await this.#thread.ask(request, undefined, undefined, bytes && [bytes.buffer])) as CopyProgress;
      },
      flush: async () => {
        await this.#thread.ask({ kind: 'copyFlush', connection });
      },
    };
  }

  interrupt(): void {
    if (this.#active > 0) this.#cancel.abort(queryCanceled());
    if (this.#open) this.#thread.tell({ kind: 'interrupt', connection: this.#number });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.interrupt();
    this.#thread.answerWith(this.#number, undefined);
    this.#open = false;
    await this.#thread.ask({ kind: 'disconnect', connection: this.#number }).catch(() => undefined);
    this.#transcoded.release(this);
    await this.#spooled?.[Symbol.asyncDispose]();
  }

  /** Between two requests nothing runs that could be interrupted: the signal is looked at before each. */
  #begin(): void {
    if (this.#active === 0 && this.#cancel.signal.aborted) this.#cancel = new AbortController();
    if (this.#active === 0) this.#transcoded.release(this);
    this.#active++;
  }

  #check(): void {
    if (this.#cancel.signal.aborted) throw queryCanceled();
  }

  async #during<T>(work: () => Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work();
    } finally {
      this.#active--;
    }
  }

  async #run(statement: PlainStatement): Promise<bigint> {
    this.#check();
    return (await this.#thread.ask({ kind: 'run', connection: this.#number, statement })) as bigint;
  }

  async #values(statement: PlainStatement): Promise<readonly (readonly unknown[])[]> {
    this.#check();
    const rows = await this.#thread.ask({ kind: 'values', connection: this.#number, statement });
    return rows as readonly (readonly unknown[])[];
  }

  /** The statement's files stay on this machine until the work has ended. */
  async #withFiles<T>(statement: EngineStatement, work: (plain: PlainStatement) => Promise<T>): Promise<T> {
    await using lease = await this.#lease(statement);
    return await work(await this.#plain(statement, lease));
  }

  async #lease(statement: EngineStatement): Promise<LocalLease> {
    return await leaseFiles(statement.scans, this.#store, this.#copies, this.#cancel.signal);
  }

  async #plain(statement: EngineStatement, files: LocalLease): Promise<PlainStatement> {
    return await plainStatement(statement, {
      files,
      schemas: this.#schemas,
      traits: this.#traits,
      readable: async (uri, path) => await this.#readable(uri, path),
      query: async (sql, setup) => await this.#values({ setup, sql, parameters: [], timeZone: statement.timeZone }),
    });
  }

  /** Copies of remote files may hold some columns only: those stay as they are, and DuckDB refuses them. */
  async #readable(uri: string, path: string): Promise<string> {
    if (this.#store.localPath(uri) !== path) return path;
    return await this.#transcoded.path(path, this, () => this.#check());
  }
}
