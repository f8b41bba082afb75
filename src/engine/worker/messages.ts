import type { CopyAnswer, CopyQuestion, CopySpec } from '../copy/copy-spec.ts';
import type { EngineValue, RowFormat } from '../engine.ts';
import type { SqlErrorFields } from '../../base/sql-error.ts';

/** What the engine's thread is started with. Sizes in DuckDB's spelling, e.g. `2GiB`. */
export type InstanceOptions = {
  readonly threads: number;
  readonly memoryLimit: string;
  readonly temporaryFolder: string;
  readonly temporaryLimit: string;
  /** Absolute folders, the only ones that may be read or written. */
  readonly allowedFolders: readonly string[];
};

/** Plain SQL with what must be set up before it on the connection; scans have become SQL. */
export type PlainStatement = {
  readonly setup: readonly SetupStep[];
  readonly sql: string;
  readonly parameters: readonly EngineValue[];
  readonly timeZone: string;
};

export type SetupStep = { readonly sql: string; readonly parameters: readonly EngineValue[] };

/** To the worker. `id` names the request and, for rows, the stream; `connection` is a number chosen by the sender. */
export type Request =
  | { readonly kind: 'connect'; readonly id: number; readonly connection: number }
  | { readonly kind: 'disconnect'; readonly id: number; readonly connection: number }
  | { readonly kind: 'run'; readonly id: number; readonly connection: number; readonly statement: PlainStatement }
  | { readonly kind: 'values'; readonly id: number; readonly connection: number; readonly statement: PlainStatement }
  | {
      readonly kind: 'rows';
      readonly id: number;
      readonly connection: number;
      readonly statement: PlainStatement;
      readonly format: RowFormat;
    }
  /** Makes the temp table `copied` with columns of these SQL types for COPY FROM. */
  | {
      readonly kind: 'copyOpen';
      readonly id: number;
      readonly connection: number;
      readonly spec: CopySpec;
      readonly table: string;
    }
  /** The next bytes, or the end; answered with a CopyProgress. */
  | {
      readonly kind: 'copyRead';
      readonly id: number;
      readonly connection: number;
      readonly bytes: Uint8Array<ArrayBuffer> | undefined;
    }
  /** What was read is to be in the table. */
  | { readonly kind: 'copyFlush'; readonly id: number; readonly connection: number }
  | { readonly kind: 'copyAnswer'; readonly connection: number; readonly answer: CopyAnswer | undefined }
  /** One more batch of stream `stream` may be sent. */
  | { readonly kind: 'credit'; readonly connection: number; readonly stream: number }
  /** The memory of a batch that was read. */
  | { readonly kind: 'reuse'; readonly buffer: ArrayBuffer }
  | { readonly kind: 'close'; readonly id: number; readonly connection: number; readonly stream: number }
  | { readonly kind: 'interrupt'; readonly connection: number }
  | { readonly kind: 'stop'; readonly id: number };

/** From the worker. A stream gets batches; any request gets one `done` or `failed`. */
export type Reply =
  | { readonly kind: 'ready' }
  /** Answered by `copyAnswer`. */
  | { readonly kind: 'question'; readonly connection: number; readonly question: CopyQuestion }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: FailedError }
  | { readonly kind: 'batch'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer>; readonly rowCount: number };

/** A SqlError as plain data; `original` is the foreign error's text, for the log. */
export type FailedError = { readonly fields: SqlErrorFields; readonly original: string };
