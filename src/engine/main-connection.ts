import type { DataFile } from '../iceberg/iceberg.ts';
import type { Store } from '../storage/storage.ts';
import type { EngineThread } from './engine-thread.ts';
import type {
  DeleteWriteRequest,
  EngineConnection,
  EngineStatement,
  RowFormat,
  RowStream,
  WriteRequest,
} from './engine.ts';
import { queryCanceled } from './errors.ts';
import { RowQueue } from './row-queue.ts';
import type { ChunkTraitsByPath } from './scan/chunk-traits.ts';
import type { PhysicalSchemas } from './scan/physical-schemas.ts';
import { plainStatement } from './scan/plain-statement.ts';
import type { PlainStatement } from './worker/messages.ts';
import type { Scratch, SqlRunner } from './write/sql-runner.ts';
import { writeData } from './write/write-data.ts';
import { writePositionDeletes } from './write/write-position-deletes.ts';

/** What all connections of an engine share. */
export type ConnectionParts = {
  readonly store: Store;
  readonly temporaryFolder: string;
  readonly schemas: PhysicalSchemas;
  readonly traits: ChunkTraitsByPath;
};

/** The main thread's end of one DuckDB connection. Scans become SQL here, rows are encoded over there. */
export class MainConnection implements EngineConnection {
  readonly #thread: EngineThread;
  readonly #store: Store;
  readonly #temporaryFolder: string;
  readonly #schemas: PhysicalSchemas;
  readonly #traits: ChunkTraitsByPath;
  readonly #number: number;
  #open = true;
  /** Public calls and streams that have not ended. */
  #active = 0;
  #cancelled = false;

  private constructor(thread: EngineThread, parts: ConnectionParts) {
    this.#thread = thread;
    this.#store = parts.store;
    this.#temporaryFolder = parts.temporaryFolder;
    this.#schemas = parts.schemas;
    this.#traits = parts.traits;
    this.#number = thread.newId();
  }

  static async open(thread: EngineThread, parts: ConnectionParts): Promise<MainConnection> {
    const connection = new MainConnection(thread, parts);
    await thread.ask({ kind: 'connect', connection: connection.#number });
    return connection;
  }

  async rows(statement: EngineStatement, format: RowFormat): Promise<RowStream> {
    this.#begin();
    let plain: PlainStatement;
    try {
      plain = await this.#plain(statement);
      this.#check();
    } catch (error) {
      this.#active--;
      throw error;
    }
    const connection = this.#number;
    const stream = this.#thread.newId();
    let finished: Promise<void> = Promise.resolve();
    const queue = new RowQueue(
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
      .finally(() => this.#active--);
    return queue;
  }

  async run(statement: EngineStatement): Promise<bigint> {
    return await this.#during(async () => await this.#run(await this.#plain(statement)));
  }

  async values(statement: EngineStatement): Promise<readonly (readonly unknown[])[]> {
    return await this.#during(async () => await this.#values(await this.#plain(statement)));
  }

  async writeData(request: WriteRequest): Promise<readonly DataFile[]> {
    return await this.#during(async () => await writeData(this.#runner(), this.#scratch(), request));
  }

  async writePositionDeletes(request: DeleteWriteRequest): Promise<readonly DataFile[]> {
    return await this.#during(async () => await writePositionDeletes(this.#runner(), this.#scratch(), request));
  }

  #runner(): SqlRunner {
    return {
      run: async (statement) => await this.#run(await this.#plain(statement)),
      values: async (statement) => await this.#values(await this.#plain(statement)),
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
      const plain = await this.#plain(statement);
      const rows = await this.#values({ ...plain, sql: `${head} ${plain.sql}` });
      return rows.map((row) => String(row.at(-1))).join('\n');
    });
  }

  interrupt(): void {
    if (this.#active > 0) this.#cancelled = true;
    if (this.#open) this.#thread.tell({ kind: 'interrupt', connection: this.#number });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.interrupt();
    this.#open = false;
    await this.#thread.ask({ kind: 'disconnect', connection: this.#number }).catch(() => undefined);
  }

  /** Between two requests nothing runs that could be interrupted: the flag is looked at before each. */
  #begin(): void {
    if (this.#active === 0) this.#cancelled = false;
    this.#active++;
  }

  #check(): void {
    if (this.#cancelled) throw queryCanceled();
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

  async #plain(statement: EngineStatement): Promise<PlainStatement> {
    return await plainStatement(statement, {
      store: this.#store,
      schemas: this.#schemas,
      traits: this.#traits,
      query: async (sql, setup) => await this.#values({ setup, sql, parameters: [], timeZone: statement.timeZone }),
    });
  }
}
