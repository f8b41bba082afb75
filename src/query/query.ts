/**
 * Room `query`: one statement from text to rows or to a commit. The order of the steps lives here and nowhere else:
 * analyse (`postgres`), read the tree (`tree`), plan the scans (`plan` over `iceberg` metadata from `catalog`),
 * translate (`translate`), run (`engine`), and for writes turn positions and new files into an Iceberg commit.
 *
 * A *Database* is one catalog with its embedded Postgres, opened once per process. A *Transaction* is one client's
 * unit of work in it: the snapshots it reads, the changes it has not committed. `session` decides when transactions
 * begin and end; `query` decides what statements do in them.
 */
import type { SqlError } from '../base/sql-error.ts';
import type { Field, TextSettings } from '../pgtype/pgtype.ts';
import type { RowStream } from '../engine/engine.ts';
import type { Statement } from '../sql/sql.ts';
import type { NoticeFields, SettingChange } from '../postgres/postgres.ts';
import type { Savepoint } from './transaction-tables.ts';

export type { Savepoint };

export interface Database {
  readonly name: string;
  /** A new unit of work; holds an engine connection until it ends. */
  begin(context: TransactionContext): Promise<Transaction>;
  /** Parse and Describe of one statement that is not the session's own (SET, BEGIN, DECLARE, ... are). */
  prepare(statement: Statement, parameterOids: readonly number[], context: StatementContext): Promise<Prepared>;
  /** What `prepare` would resolve to, at once, where the statement was prepared before and its answers may be known. */
  prepared?(statement: Statement, parameterOids: readonly number[], context: StatementContext): Prepared | undefined;
  /**
   * Reads parameters of a statement as their types do, and raises what PostgreSQL raises in Bind to the unnamed portal.
   * Undefined where nothing has to be asked.
   */
  checkParameters?(
    oids: readonly number[],
    parameters: BoundParameters,
    context: StatementContext,
    signal: () => AbortSignal,
  ): Promise<void> | undefined;
  /** The place for the temporary objects of one session of the role; without it there are none. */
  temporaries?(role: string): SessionTemporaries;
  [Symbol.asyncDispose](): Promise<void>;
}

/** One session's temporary tables, views, sequences, types and functions. Dispose it when the session ends. */
export interface SessionTemporaries {
  /** There are such objects, or there were until they were lost. */
  readonly isInUse: boolean;
  /** Another number means that names may mean other objects than before. */
  currentVersion(): Promise<number>;
  readonly version: number;
  /** DISCARD SEQUENCES, of sequences that are not temporary. */
  discardSequences(): void;
  /** DISCARD ALL, outside of transactions. */
  discardAll(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type TransactionContext = {
  readonly readOnly: boolean;
  readonly isolation: 'read committed' | 'repeatable read' | 'serializable';
  /** now(), microseconds since 1970. */
  readonly startedAt: bigint;
  /** Whether the client said BEGIN; an implicit transaction may become such a block. */
  readonly isBlock?: () => boolean;
};

/** The session's state that a statement is read with. */
export type StatementContext = {
  readonly role: string;
  /** Settings that matter to analysis and text output, by lower-case name (search_path, timezone, datestyle, ...). */
  readonly settings: ReadonlyMap<string, string>;
  /** now() of the transaction that executes it. */
  readonly startedAt?: bigint;
  readonly text: TextSettings;
  /** The open transaction, so that tables it created are seen; undefined outside of one. */
  readonly transaction?: Transaction;
  /** The session's temporary objects; undefined for the gateway's own statements. */
  readonly temporary?: SessionTemporaries;
};

export interface Prepared {
  readonly statement: Statement;
  readonly parameterOids: readonly number[];
  /** Null where the statement returns no rows. */
  readonly fields: readonly Field[] | null;
  readonly notices: readonly NoticeFields[];
  /** The answer, at once, where nothing but the parameters decides on it and it was given before. */
  known?(
    parameters: BoundParameters,
    resultFormats: readonly (0 | 1)[],
    context: StatementContext,
  ): KnownAnswer | undefined;
}

/** All rows of a statement as DataRow messages; there is nothing else to say of it. */
export type KnownAnswer = { readonly rows: Uint8Array; readonly rowCount: number; readonly tag: string };

/** Parameter values as the client sent them (Bind). */
export type BoundParameters = {
  readonly formats: readonly (0 | 1)[];
  readonly values: readonly (Uint8Array | null)[];
};

export interface Transaction {
  readonly context: TransactionContext;
  /**
   * Runs one statement. Cancelled through `signal` (57014). `isLast`: nothing but the commit follows it, so the
   * transaction may commit at once, and run the statement again on what others committed meanwhile.
   */
  execute(
    prepared: Prepared,
    parameters: BoundParameters,
    resultFormats: readonly (0 | 1)[],
    context: StatementContext,
    signal: AbortSignal,
    isLast?: boolean,
  ): Promise<Execution>;
  /** A point to return to within the transaction. */
  savepoint(): Savepoint;
  /** Undoes everything since; the savepoint stays usable. Files written since are removed when the transaction ends. */
  rollbackTo(savepoint: Savepoint): void;
  /** Forgets the savepoint and those after it; what was done since stays. */
  release(savepoint: Savepoint): void;
  /** One snapshot per changed table; raises 40001 or 08007. The transaction is over either way. */
  commit(): Promise<readonly CommittedSnapshot[]>;
  /** Removes what was written. */
  rollback(): Promise<void>;
}

/** A snapshot that a commit made the current one of a table. */
export type CommittedSnapshot = {
  /** With its namespace. */
  readonly table: string;
  readonly snapshotId: bigint;
  /** Operation and counts, by the names of Iceberg's specification. */
  readonly summary: Readonly<Record<string, string>>;
};

/** A running or finished statement. With rows, the tag is known once the stream has ended. */
export interface Execution {
  readonly rows: RowStream | null;
  readonly copyOut?: CopyOut;
  readonly copyIn?: CopyIn;
  /** The command tag, e.g. `SELECT 5`, `INSERT 0 3`, `MERGE 7`; call after the last row. */
  tag(): string;
  readonly notices: readonly NoticeFields[];
  /** What pg_notify() was called with. */
  readonly notifications?: readonly { readonly channel: string; readonly payload: string }[];
  /** Calls of pg_cancel_backend() and pg_terminate_backend(): the session sends the signals. */
  readonly signals?: readonly { readonly kind: 'cancel' | 'terminate'; readonly processId: number }[];
  /** Calls of set_config(): the session keeps the values. */
  readonly settingChanges?: readonly SettingChange[];
  /** For logs. */
  readonly figures: ExecutionFigures;
}

/** COPY ... TO STDOUT: `rows` of the execution are whole CopyData messages, from the first byte to the last. */
export type CopyOut = CopyShape & { readonly rows: RowStream };

/** COPY ... FROM STDIN: takes what the client sends. The table has the rows once `finish` has resolved. */
export interface CopyIn extends CopyShape {
  /** Any part of the stream; resolves when more may come. The memory is the callee's from here on. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The end of the stream; resolves to notices for the client. */
  finish(): Promise<readonly NoticeFields[]>;
  /** An error that the client caused, with the place in the stream. */
  inContext(error: SqlError): Promise<SqlError>;
  /** Releases what it holds, whatever happened before. */
  close(): Promise<void>;
}

/** Format codes of CopyInResponse and CopyOutResponse. */
export type CopyShape = { readonly format: 0 | 1; readonly columns: readonly (0 | 1)[] };

export type ExecutionFigures = {
  readonly filesRead: number;
  readonly filesTotal: number;
  readonly sizeBytes: number;
  readonly snapshotIds: readonly bigint[];
  /** What the engine could not compute, where Postgres finished the statement. */
  readonly finishedBecause?: string;
};
