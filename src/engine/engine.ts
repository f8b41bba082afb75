/**
 * Room `engine`: DuckDB, in a worker thread. It executes scan plans and translated SQL, encodes result rows as
 * Postgres DataRow messages straight from the vectors, and writes Parquet files with their Iceberg metrics. Only
 * translated SQL gets here; external access is locked to the files of the gateway's own folders.
 *
 * An instance belongs to one JavaScript thread: the worker. The main thread talks to it with plain data; encoded
 * buffers are transferred, not copied. A *connection* has one running statement at a time.
 */
import type { CopyAnswer, CopyProgress, CopyQuestion, CopySpec } from './copy/copy-spec.ts';
import type { CopyRowFormat } from '../copy/row-writer.ts';
import type { DataFile, PartitionSpec, Schema, SortOrder } from '../iceberg/iceberg.ts';
import type { Field, PgValue, ResultEncoding, TextSettings } from '../pgtype/pgtype.ts';
import type { ScanPlan } from '../plan/plan.ts';

export interface Engine {
  connect(): Promise<EngineConnection>;
  /** Absolute; SQL can read files in it. */
  readonly temporaryFolder: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A parameter value and its Postgres type. */
export type EngineValue = { readonly value: PgValue; readonly typeOid: number };

/** A planned relation to scan: stands for the marker `scanMarker(i)` of the SQL (see ScanRequest for its columns). */
export type EngineScan = {
  readonly plan: ScanPlan;
  /** Output column `c<attnum>` of the scan and the field id that it reads. */
  readonly columns: readonly { readonly attnum: number; readonly fieldId: number }[];
  readonly positions: boolean;
  /** Order of the file list (indexes into plan.files), where it helps a top-N. */
  readonly fileOrder?: readonly number[];
};

export type EngineStatement = {
  readonly sql: string;
  readonly scans: readonly EngineScan[];
  readonly parameters: readonly EngineValue[];
  /** Settings that change results: the session's time zone. */
  readonly timeZone: string;
};

/** How rows are wanted: encodings and fields of equal length, format code 0 (text) or 1 (binary) per column. */
export type RowFormat = {
  readonly fields: readonly Field[];
  readonly encodings: readonly ResultEncoding[];
  readonly formats: readonly (0 | 1)[];
  readonly settings: TextSettings;
  /** Rows are written as CopyData messages instead of DataRow messages. */
  readonly copy?: CopyRowFormat;
};

export interface EngineConnection {
  /** Runs a query and encodes its rows. Rows are pulled; nothing is computed ahead beyond a bounded buffer. */
  rows(statement: EngineStatement, format: RowFormat): Promise<RowStream>;
  /** Runs a statement without result, e.g. creating a temp table of actions; resolves to the rows it touched. */
  run(statement: EngineStatement): Promise<bigint>;
  /** A small result as values (materialised; for the gateway's own queries). Column types as DuckDB JSON values. */
  values(statement: EngineStatement): Promise<readonly (readonly unknown[])[]>;
  /** Writes the rows of `sql` as data files of a table; see WriteRequest. */
  writeData(request: WriteRequest): Promise<readonly DataFile[]>;
  /** Writes (file path, position) pairs of `sql` as position-delete files. */
  writePositionDeletes(request: DeleteWriteRequest): Promise<readonly DataFile[]>;
  /** The DuckDB plan of a statement, as text or JSON; analyse also runs it. */
  explain(statement: EngineStatement, options: { readonly analyse: boolean; readonly json: boolean }): Promise<string>;
  /** The rows of `sql` as one Parquet file, in CopyData messages; `rowCount` of its last batch is that of the file. */
  exportParquet(statement: EngineStatement): Promise<RowStream>;
  /** A file of this machine for what a client sends; removed with the connection. */
  spool(): Promise<SpooledFile>;
  /** Makes the temp table `copied` by `table` (CREATE TEMP TABLE) and fills it with what COPY FROM reads. */
  copyInto(table: string, spec: CopySpec, answer: AnswerQuestion): Promise<CopyTable>;
  /** Ends the running statement with 57014 within milliseconds. */
  interrupt(): void;
  /** Drops temp objects and closes; interrupts what runs. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Reads values with Postgres' own input functions. */
export type AnswerQuestion = (question: CopyQuestion) => Promise<CopyAnswer>;

/** Bytes on disk; at most as many as the temporary folder may hold. */
export interface SpooledFile {
  readonly path: string;
  write(bytes: Uint8Array): Promise<void>;
  /** All is on disk. */
  end(): Promise<void>;
}

/** The table that a COPY FROM fills. */
export interface CopyTable {
  /** The next bytes, whose memory is handed over, or the end of the stream. Calls may overlap: they keep their order. */
  read(bytes: Uint8Array<ArrayBuffer> | undefined): Promise<CopyProgress>;
  /** What was read is in the table. */
  flush(): Promise<void>;
}

export interface RowStream {
  /** The next rows (at most `maxRows` if given), or undefined at the end. Errors of the query are raised here. */
  next(maxRows?: number): Promise<RowBatch | undefined>;
  close(): Promise<void>;
}

/**
 * Whole DataRow messages, one after another. Who has read them and has not given them away may say so with `release`:
 * their memory is used again.
 */
export type RowBatch = { readonly bytes: Uint8Array; readonly rowCount: number; readonly release?: () => void };

/**
 * `statement.sql` yields the rows to write, columns in the order of `columns`, already of the table's types. Files are split at
 * `targetSizeBytes`, one partition each, sorted by `sortOrder`; written under `folder` on this machine and published as
 * `<location>/data/...` in the store. The result has complete metrics (counts, null and NaN counts, truncated bounds).
 */
export type WriteRequest = {
  readonly statement: EngineStatement;
  readonly schema: Schema;
  readonly spec: PartitionSpec;
  readonly sortOrder: SortOrder;
  readonly properties: Readonly<Record<string, string>>;
  /** Data folder of the table as URI, no trailing slash. */
  readonly dataLocation: string;
};

/** `statement.sql` yields `file_path` VARCHAR (the data file's URI), `pos` BIGINT. One delete file per partition and spec. */
export type DeleteWriteRequest = {
  readonly statement: EngineStatement;
  /** The data files that may be named, for their spec and partition. */
  readonly files: readonly DataFile[];
  readonly specs: readonly PartitionSpec[];
  readonly schema: Schema;
  readonly properties: Readonly<Record<string, string>>;
  readonly dataLocation: string;
};
