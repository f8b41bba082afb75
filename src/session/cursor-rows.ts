import { SqlError } from '../base/sql-error.ts';
import type { RowBatch, RowStream } from '../engine/engine.ts';
import { forwardOnly } from './errors.ts';
import { splitRowMessages } from './text-rows.ts';

/** `always`: every row is kept for going back, and one too many is an error. `while it fits`: backward then fails. */
export type CursorKeeping = 'always' | 'while it fits' | 'never';

const READ_ROWS = 1000;

/**
 * The rows of a cursor and its place among them: 0 before the first row, n on row n, one more than the rows after the
 * last. Rows come from the stream as far as somebody asked for them.
 */
export class CursorRows {
  readonly #stream: RowStream;
  readonly #limitBytes: number;
  #keeping: CursorKeeping;
  /** Rows that were read, the first of them row `#firstKept`. */
  #kept: Uint8Array[] = [];
  #firstKept = 1;
  #keptBytes = 0;
  #ended = false;
  #position = 0;
  #isHeld = false;
  /** Whether it may go back, as far as its rows are kept. */
  readonly isScrollable: boolean;

  constructor(stream: RowStream, keeping: CursorKeeping, limitBytes: number) {
    this.#stream = stream;
    this.#keeping = keeping;
    this.isScrollable = keeping !== 'never';
    this.#limitBytes = limitBytes;
  }

  /** The next `count` rows. */
  async forward(count: number): Promise<RowBatch> {
    const first = this.#position + 1;
    const last = await this.#reach(first + count - 1);
    const rows = this.#slice(first, last);
    this.#position = last - first + 1 < count ? last + 1 : last;
    this.#forget();
    return batchOf(rows);
  }

  /** The `count` rows before, the nearest first. */
  async backward(count: number): Promise<RowBatch> {
    const from = this.#position - 1;
    const to = Math.max(1, from - count + 1);
    if (from >= 1) this.#checkKept(to);
    else if (this.#keeping === 'never') throw forwardOnly();
    const rows = this.#slice(to, from).toReversed();
    this.#position = from - count + 1 < 1 ? 0 : to;
    return batchOf(rows);
  }

  /** Moves onto row `row` (negative: counted from the end) and gives it, if there is one. */
  async absolute(row: number): Promise<RowBatch> {
    const target = row >= 0 ? row : Math.max(0, (await this.#reach(Infinity)) + 1 + row);
    if (target <= this.#position && this.#position > 0) this.#checkKept(Math.max(1, target));
    if (target === 0) {
      this.#position = 0;
      return batchOf([]);
    }
    const last = await this.#reach(target);
    this.#position = Math.min(target, last + 1);
    const rows = this.#slice(target, Math.min(target, last));
    this.#forget();
    return batchOf(rows);
  }

  async relative(rows: number): Promise<RowBatch> {
    if (rows === 0) {
      if (this.#keeping === 'never') throw forwardOnly();
      return batchOf(this.#slice(this.#position, this.#position));
    }
    const target = this.#position + rows;
    return target < 1 ? await this.absolute(0) : await this.absolute(target);
  }

  /** Reads everything that is left, so that the cursor outlives its transaction. */
  async hold(): Promise<void> {
    this.#isHeld = true;
    if (this.isScrollable) this.#keeping = 'always';
    await this.#reach(Infinity);
  }

  async close(): Promise<void> {
    this.#kept = [];
    this.#ended = true;
    await this.#stream.close();
  }

  /** Reads up to this row; answers the last row there is up to it. */
  async #reach(row: number): Promise<number> {
    while (!this.#ended && this.#lastKept < row) {
      const wanted = Math.min(READ_ROWS, row - this.#lastKept);
      const batch = await this.#stream.next(wanted);
      if (batch === undefined) this.#ended = true;
      else this.#keep(batch);
    }
    return Math.min(row, this.#lastKept);
  }

  get #lastKept(): number {
    return this.#firstKept + this.#kept.length - 1;
  }

  #keep(batch: RowBatch): void {
    for (const row of splitRowMessages(batch.bytes)) this.#kept.push(row);
    this.#keptBytes += batch.bytes.length;
    if (this.#keptBytes > this.#limitBytes && (this.#keeping === 'always' || this.#isHeld))
      throw tooManyKeptRows(this.#limitBytes);
  }

  /** Lets go of rows behind the place where nobody may go back to. */
  #forget(): void {
    if (this.#keeping === 'while it fits' && this.#keptBytes > this.#limitBytes) this.#keeping = 'never';
    if (this.#keeping !== 'never') return;
    const passed = Math.min(this.#kept.length, this.#position - this.#firstKept + 1);
    for (const row of this.#kept.splice(0, passed)) this.#keptBytes -= row.length;
    this.#firstKept += passed;
  }

  #checkKept(row: number): void {
    if (this.#keeping === 'never' || row < this.#firstKept) throw forwardOnly();
  }

  #slice(first: number, last: number): Uint8Array[] {
    return this.#kept.slice(Math.max(0, first - this.#firstKept), Math.max(0, last - this.#firstKept + 1));
  }
}

function batchOf(rows: readonly Uint8Array[]): RowBatch {
  return { bytes: Buffer.concat(rows), rowCount: rows.length };
}

function tooManyKeptRows(limitBytes: number): SqlError {
  return new SqlError({
    sqlstate: '53400',
    message: `the cursor holds more than ${limitBytes} bytes of rows`,
    hint: 'Declare it NO SCROLL and WITHOUT HOLD to read any number of rows.',
  });
}
