/**
 * Room `postgres`: the embedded Postgres (PGlite) in a worker thread. It analyses every statement, answers those that
 * touch no user table, validates DDL on the mirror and holds the rights. It is a rebuildable cache of the catalog,
 * never the truth. It has no timeout of its own: a watchdog ends the worker and reopens it.
 *
 * One instance analyses and defines; what clients have executed runs on *lanes*, replicas of it that repeat its
 * definitions from the same oids on. A lane is ended by whoever cancels, and by nobody else's statement.
 *
 * Words: the *mirror* is one real, empty Postgres table per Iceberg table (one Postgres schema per namespace, levels
 * joined by `.`), and one hidden relation per other schema of a table that time travel reads.
 */
import type { SqlError, SqlErrorFields } from '../base/sql-error.ts';
import type { Field, PgValue } from '../pgtype/pgtype.ts';
import type { LoadedTable, TableName } from '../catalog/catalog.ts';
import type { MirroredRelation } from '../translate/translate.ts';
import type { Parameters } from './request.ts';
import type { Schema } from '../iceberg/iceberg.ts';
import type { ObjectDefinition } from './inventory-request.ts';
import type { ObjectMirror } from './object-mirror.ts';
import type { SequencePriming, SequenceResult } from './sequence-answer.ts';
import type { SequenceFacts } from './sequence-facts.ts';
import type { TableDefinition } from './table-definition.ts';

/** Who asks, and the settings that change what a statement means. All of it is set per batch (SET LOCAL). */
export type AnalysisContext = {
  readonly role: string;
  /** Names and values for SET LOCAL, e.g. search_path, TimeZone, DateStyle. */
  readonly settings: ReadonlyMap<string, string>;
  /** now(), microseconds since 1970; the beginning of the batch unless given. */
  readonly startedAt?: bigint | undefined;
};

export type Analysis = {
  /** The rewritten query tree(s) as Postgres prints them (pg_node_tree); empty for utility statements. */
  readonly tree: string;
  readonly parameterOids: readonly number[];
  /** Null where the statement returns no rows. */
  readonly fields: readonly Field[] | null;
  readonly notices: readonly NoticeFields[];
};

/** The fields of a notice, with whatever severity it has; the position is in the analysed text. */
export type NoticeFields = Omit<SqlErrorFields, 'severity'> & { readonly severity: string };

/** A call of pg_notify(). */
export type PostgresNotification = { readonly channel: string; readonly payload: string };

/** A successful call of pg_cancel_backend() or pg_terminate_backend(). */
export type PostgresSignal = { readonly kind: 'cancel' | 'terminate'; readonly processId: number };

/** A call of set_config(); `value` null is the initial one. */
export type SettingChange = { readonly name: string; readonly value: string | null; readonly isLocal: boolean };

/** A result computed by the embedded Postgres, byte for byte. */
export type PostgresResult = {
  readonly fields: readonly Field[] | null;
  /** Whole DataRow messages. */
  readonly rows: Uint8Array;
  readonly rowCount: number;
  /** What ended the rows early. */
  readonly failure: SqlError | undefined;
  readonly tag: string;
  /** Without those of the analysis. */
  readonly notices: readonly NoticeFields[];
  readonly notifications: readonly PostgresNotification[];
  readonly signals: readonly PostgresSignal[];
  readonly settingChanges: readonly SettingChange[];
};

/** Rows of one relation of the mirror, for one statement. */
export type CopiedRows = {
  readonly relation: MirroredRelation;
  readonly attnums: readonly number[];
  /** CopyData messages of COPY's text format, columns in the order of `attnums`. */
  readonly messages: readonly Uint8Array[];
};

/** A statement over mirrored tables, with their rows. */
export type StatementWithRows = {
  readonly text: string;
  readonly parameters: Parameters;
  readonly resultFormats: readonly (0 | 1)[];
  readonly rows: readonly CopiedRows[];
  /** What it changes; without it the statement may change nothing. */
  readonly change?: TargetOfChange;
};

/** The relation that a statement changes, and how values of its columns are asked for. */
export type TargetOfChange = {
  readonly relation: MirroredRelation;
  readonly exports: readonly { readonly attnum: number; readonly sql: (column: string) => string }[];
};

/** What a statement did to the rows of its target. */
export type FinishedChange = {
  /** Places among the copied rows, from 0, separated by commas. */
  readonly deleted: string;
  /** DataRow messages of the values that were asked for, as text. */
  readonly inserted: readonly Uint8Array[];
};

export type FinishedResult = PostgresResult & {
  /** Oids of all relations that the statement touched, in functions that it called too. */
  readonly touched: readonly number[];
  readonly change?: FinishedChange;
};

export interface EmbeddedPostgres {
  /** Parse + Describe as the role. Raises Postgres' own SqlError (positions in `text`). */
  analyse(context: AnalysisContext, text: string, parameterOids: readonly number[]): Promise<Analysis>;
  /** Runs a read-only statement that touches no user table, on a lane of its own; `signal` ends it (57014). Where it
   * calls routines of users, 0A000 if they read or change tables. */
  execute(
    context: AnalysisContext,
    text: string,
    parameters: Parameters,
    resultFormats: readonly (0 | 1)[],
    signal?: AbortSignal,
    callsRoutines?: boolean,
  ): Promise<PostgresResult>;
  /** Reads parameters as their types do; raises what Bind to the unnamed portal raises. */
  checkParameters(context: AnalysisContext, parameters: Parameters, signal?: AbortSignal): Promise<void>;
  /** Runs a statement over mirrored tables whose rows are handed over, on a lane of its own. */
  finish(context: AnalysisContext, statement: StatementWithRows, signal?: AbortSignal): Promise<FinishedResult>;
  /** As `execute`, for statements that call functions of sequences: what became of them is told even if it failed. */
  callSequences(
    context: AnalysisContext,
    text: string,
    parameters: Parameters,
    resultFormats: readonly (0 | 1)[],
    priming: SequencePriming,
    signal?: AbortSignal,
  ): Promise<SequenceResult>;
  /** All sequences of the mirror. */
  sequences(): Promise<readonly SequenceFacts[]>;
  /** Evaluates expressions without columns to values (binary result, decoded), in one batch. */
  evaluate(
    context: AnalysisContext,
    expressions: readonly { readonly sql: string; readonly typeOid: number }[],
    parameters: Parameters,
    signal?: AbortSignal,
  ): Promise<readonly PgValue[]>;
  /** DDL of the mirror, as superuser, all or nothing. Only the gateway's own text. */
  define(statements: readonly string[]): Promise<void>;
  /** Runs DDL in a transaction that is rolled back: Postgres' verdict (errors, types) before the Iceberg commit. */
  validate(context: AnalysisContext, statements: readonly string[]): Promise<void>;
  /** Postgres' own verdict on a CREATE TABLE, from a transaction that is rolled back: its columns and checks. `name`
   * is where the table would go. */
  describeDefinition(context: AnalysisContext, createTable: string, name: TableName): Promise<TableDefinition>;
  /** Postgres' own verdict on an ALTER TABLE of the mirrored table `name`, from a transaction that is rolled back: the
   * columns and checks it would have. */
  describeAlteration(context: AnalysisContext, alterTable: string, name: TableName): Promise<TableDefinition>;
  /** What a statement would do to views, sequences, types and routines, from a transaction that is rolled back. */
  describeObjects(context: AnalysisContext, statement: string): Promise<ObjectDefinition>;
  /** PostgreSQL's version, e.g. `18.6`. */
  readonly serverVersion: string;
  /** Changes whenever statements may mean something else than before (relations, functions, roles, rights): what was
   * analysed under one version holds as long as that stays. */
  readonly version: number;
  /** Oids of PostgreSQL's own functions that always answer the same for the same arguments (provolatile `i`). */
  readonly immutableFunctions: ReadonlySet<number>;
  /** Whether it is a routine that a user made. */
  isRoutine(oid: number): boolean;
  readonly mirror: Mirror;
  readonly objects: ObjectMirror;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The mirror's bookkeeping. Relations are re-mirrored when a table's schema or uuid changed. */
export interface Mirror {
  ensureNamespace(namespace: readonly string[]): Promise<void>;
  dropNamespace(namespace: readonly string[]): Promise<void>;
  /** Mirrors the table's current schema. */
  ensureTable(table: LoadedTable): Promise<MirroredRelation>;
  /** The hidden relation for one schema of a table, for time travel; named `relationName` in its schema. A statement
   * that reads several snapshots of that schema asks for one per reference: `ordinal` 0, 1, ... */
  ensureSchema(table: LoadedTable, schema: Schema, ordinal?: number): Promise<MirroredRelation>;
  dropTable(name: TableName): Promise<void>;
  /** Every mirrored table (current schemas only). */
  tables(): readonly MirroredRelation[];
  byOid(oid: number): MirroredRelation | undefined;
  byName(name: TableName): MirroredRelation | undefined;
  namespaces(): readonly (readonly string[])[];
}
