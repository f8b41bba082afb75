import duckdb from '@duckdb/node-bindings';
import type { Connection, Database, PreparedStatement, Result } from '@duckdb/node-bindings';
import { sqlText } from '../../base/sql-text.ts';
import { copyRowWriter } from '../../copy/row-writer.ts';
import type { RowFormat } from '../engine.ts';
import { CopySession } from '../copy/copy-session.ts';
import type { CopyQuestion, CopySpec } from '../copy/copy-spec.ts';
import { connectionBusy, queryCanceled, streamBroken } from '../errors.ts';
import { engineType } from '../row/engine-type.ts';
import type { EngineType } from '../row/engine-type.ts';
import { KernelsOnDemand } from '../row/kernel/kernels-on-demand.ts';
import { RowBuffers } from '../row/row-buffers.ts';
import { RowEncoder } from '../row/row-encoder.ts';
import { vectorBytes } from '../row/vector-bytes.ts';
import { engineTimeZone } from './engine-time-zone.ts';
import type { PlainStatement } from './messages.ts';
import { openConnection } from './open-instance.ts';
import { parameterValue } from './parameter-value.ts';
import { readValues } from './read-values.ts';

/** A batch is sent once it has this many bytes. */
const BATCH_BYTES = 256 * 1024;
/** Rows wait no longer than this for a fuller batch. */
const FLUSH_AFTER_MS = 5;
/** An interrupt that comes between two native calls is lost: it is repeated until the statement ends. */
const INTERRUPT_AGAIN_MS = 20;
/** Marks the guard row; no translated column has this name. */
const GUARD = '$eof';

/** What the encoders of all connections share. */
export type RowParts = { readonly buffers: RowBuffers; readonly kernels: KernelsOnDemand };

export type SendBatch = (bytes: Uint8Array<ArrayBuffer>, rowCount: number) => Promise<void>;

/** One DuckDB connection: one statement at a time, interruptible at any moment. */
export class WorkerConnection {
  readonly #connection: Connection;
  readonly #rows: RowParts;
  #timeZone = 'UTC';
  #running = false;
  /** The COPY FROM that fills a table of this connection. */
  copy: CopySession | undefined;
  #idle: Promise<void> = Promise.resolve();
  #interrupted = false;
  #again: NodeJS.Timeout | undefined;

  private constructor(connection: Connection, rows: RowParts) {
    this.#connection = connection;
    this.#rows = rows;
  }

  static async open(
    database: Database,
    rows: RowParts = { buffers: new RowBuffers(), kernels: new KernelsOnDemand() },
  ): Promise<WorkerConnection> {
    return new WorkerConnection(await openConnection(database), rows);
  }

  get wasInterrupted(): boolean {
    return this.#interrupted;
  }

  /** Rows touched. */
  async run(statement: PlainStatement): Promise<bigint> {
    return await this.#exclusively(async () => {
      const result = await this.#execute(statement);
      const isCount = duckdb.result_return_type(result) === duckdb.ResultType.CHANGED_ROWS;
      return isCount ? BigInt(duckdb.rows_changed(result)) : 0n;
    });
  }

  async values(statement: PlainStatement): Promise<unknown[][]> {
    return await this.#exclusively(async () => await readValues(await this.#execute(statement)));
  }

  /** Sends every row; `send` resolves when another batch may follow. `isClosed` ends the stream early. */
  async rows(statement: PlainStatement, format: RowFormat, send: SendBatch, isClosed: () => boolean): Promise<void> {
    await this.#exclusively(async () => {
      const guarded = `SELECT *, false AS "${GUARD}" FROM (${statement.sql}\n) UNION ALL BY NAME SELECT true AS "${GUARD}"`;
      const prepared = await this.#prepare({ ...statement, sql: guarded });
      try {
        const result = await duckdb.execute_prepared_streaming(prepared);
        await this.#stream(result, format, send, isClosed);
      } finally {
        duckdb.destroy_prepare_sync(prepared);
      }
    });
  }

  /** Makes the table that COPY FROM fills; `copy` takes the stream from then on. */
  async openCopy(table: string, spec: CopySpec, ask: (question: CopyQuestion) => void): Promise<void> {
    await this.#exclusively(async () => {
      await duckdb.query(this.#connection, table);
      const result = await duckdb.query(this.#connection, 'SELECT * FROM copied');
      const types = Array.from({ length: duckdb.column_count(result) }, (_, i) =>
        duckdb.column_logical_type(result, i),
      );
      this.copy = new CopySession(this.#connection, spec, types, ask);
    });
  }

  interrupt(): void {
    if (!this.#running) return;
    this.#interrupted = true;
    duckdb.interrupt(this.#connection);
    this.#again ??= setInterval(() => duckdb.interrupt(this.#connection), INTERRUPT_AGAIN_MS);
  }

  /** Ends what runs, then closes. */
  async close(): Promise<void> {
    this.interrupt();
    await this.copy?.close();
    await this.#idle;
    duckdb.disconnect_sync(this.#connection);
  }

  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running) throw connectionBusy();
    this.#running = true;
    this.#interrupted = false;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = promise;
    try {
      return await work();
    } finally {
      resolve();
      clearInterval(this.#again);
      this.#again = undefined;
      this.#running = false;
    }
  }

  async #execute(statement: PlainStatement): Promise<Result> {
    const prepared = await this.#prepare(statement);
    try {
      return await duckdb.execute_prepared(prepared);
    } finally {
      duckdb.destroy_prepare_sync(prepared);
    }
  }

  async #prepare(statement: PlainStatement): Promise<PreparedStatement> {
    if (statement.timeZone !== this.#timeZone) {
      await duckdb.query(this.#connection, `SET TimeZone = ${sqlText(engineTimeZone(statement.timeZone))}`);
      this.#timeZone = statement.timeZone;
    }
    for (const { sql, parameters } of statement.setup) {
      const step = await this.#bound(sql, parameters);
      try {
        await duckdb.execute_prepared(step);
      } finally {
        duckdb.destroy_prepare_sync(step);
      }
    }
    const prepared = await this.#bound(statement.sql, statement.parameters);
    if (this.#interrupted) throw queryCanceled();
    return prepared;
  }

  async #bound(sql: string, parameters: PlainStatement['parameters']): Promise<PreparedStatement> {
    const prepared = await duckdb.prepare(this.#connection, sql);
    const wanted = duckdb.nparams(prepared);
    parameters.slice(0, wanted).forEach((value, i) => duckdb.bind_value(prepared, i + 1, parameterValue(value)));
    return prepared;
  }

  async #stream(result: Result, format: RowFormat, send: SendBatch, isClosed: () => boolean): Promise<void> {
    const guardColumn = duckdb.column_count(result) - 1;
    const types: EngineType[] = Array.from({ length: guardColumn }, (_, i) =>
      engineType(duckdb.column_logical_type(result, i)),
    );
    const encoder = new RowEncoder(types, format, this.#rows.buffers, this.#rows.kernels);
    const write = format.copy && copyRowWriter(format.copy);
    const flush = async (): Promise<void> => {
      if (encoder.byteLength === 0) return;
      const { bytes, rowCount } = encoder.take();
      if (write === undefined) return await send(bytes, rowCount);
      const copied = write(bytes);
      this.#rows.buffers.giveBack(bytes.buffer);
      await send(copied, rowCount);
    };
    let next = duckdb.fetch_chunk(result);
    for (;;) {
      if (encoder.byteLength >= BATCH_BYTES || (encoder.byteLength > 0 && (await isSlow(next)))) await flush();
      const chunk = await next;
      if (this.#interrupted) throw queryCanceled();
      const size = chunk === null ? 0 : duckdb.data_chunk_get_size(chunk);
      if (chunk === null || size === 0) throw streamBroken();
      if (isClosed()) return;
      const guard = vectorBytes(duckdb.data_chunk_get_vector(chunk, guardColumn), size, 1);
      const isLast = guard[size - 1] === 1;
      if (!isLast) next = duckdb.fetch_chunk(result);
      // A rejection is seen when the chunk is awaited, not before.
      next.catch(() => undefined);
      encoder.add(chunk, isLast ? size - 1 : size);
      if (isLast) return await flush();
    }
  }
}

async function isSlow(next: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), FLUSH_AFTER_MS);
  });
  const ready = next.then(
    () => false,
    () => false,
  );
  const slow = await Promise.race([ready, late]);
  clearTimeout(timer);
  return slow;
}
