import type { SqlError } from '../base/sql-error.ts';

/** Rows that are read, decoded and appended together: a vector of the engine. */
export const BATCH_ROWS = 2048;

/** What a field is. `escaped`: its value is made by the reader's `unescape`. */
export const FIELD = { plain: 0, null: 1, escaped: 2, missing: 3 } as const;

/** Something wrong with row `row`; before its column `column` (-1: before all of them). */
export type RowFailure = { readonly row: number; readonly column: number; readonly error: SqlError };

/**
 * The fields of up to BATCH_ROWS rows: field (row, column) is at `column * BATCH_ROWS + row` of `starts`, `ends` and
 * `kinds`, and its bytes are in `bytes`. A row that failed is the last one, and some of its fields may be there.
 */
export class FieldBatch {
  readonly width: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  readonly rowStarts = new Int32Array(BATCH_ROWS);
  readonly rowEnds = new Int32Array(BATCH_ROWS);
  /** The line number that errors name. */
  readonly lines = new Float64Array(BATCH_ROWS);
  bytes: Uint8Array = new Uint8Array(0);
  rowCount = 0;
  failure: RowFailure | undefined;
  /** False where the failing row's text may not be shown. */
  failureHasText = false;

  constructor(width: number) {
    this.width = width;
    this.starts = new Int32Array(width * BATCH_ROWS);
    this.ends = new Int32Array(width * BATCH_ROWS);
    this.kinds = new Uint8Array(width * BATCH_ROWS);
  }

  clear(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.rowCount = 0;
    this.failure = undefined;
  }
}

/** Cuts a stream into fields. Where the stream is split does not matter. */
export interface FieldReader {
  push(bytes: Uint8Array): void;
  /** Lines (or tuples) that were read. */
  readonly line: number;
  /** No more bytes will come. */
  end(): void;
  /** Fills the batch; answers whether to call again, after the batch was used. */
  read(batch: FieldBatch): boolean;
  /** The value of an escaped field. */
  unescape(bytes: Uint8Array, start: number, end: number): Uint8Array;
}
