import { SqlError } from '../base/sql-error.ts';
import type { RowBatch, RowStream } from '../engine/engine.ts';
import { forwardOnly } from './errors.ts';
import { splitRowMessages } from './text-rows.ts';

/** `always`: every row is kept for going back, and one too many is an error. `while it fits`: backward then fails. */
export type CursorKeeping = 'always' | 'while it fits' | 'never';

const READ_ROWS = 1000;

/**
 * The rows of a cursor and its place among them, moved as PostgreSQL moves a portal (pquery.c, PortalRunSelect and
 * DoPortalRunFetch). Rows come from the stream as far as somebody asked for them.
 */
export class CursorRows {
  readonly #stream: RowStream;
  readonly #limitBytes: number;
  readonly #onKept: () => void;
  #keeping: CursorKeeping;
  /** Rows that were read, the first of them row `#firstKept`. */
  #kept: Uint8Array[] = [];
  #firstKept = 1;
  #keptBytes = 0;
  #ended = false;
  /** The row that it is on, or that was the last one it was on where it is past the end. */
  #position = 0;
  #atStart = true;
  #atEnd = false;
  #isHeld = false;
  /** Whether it may go back, as far as its rows are kept. */
  readonly isScrollable: boolean;

  /** `onKept` is told when more rows are kept than before; it may raise. */
  constructor(stream: RowStream, keeping: CursorKeeping, limitBytes: number, onKept: () => void) {
    this.#onKept = onKept;
    this.#stream = stream;
    this.#keeping = keeping;
    this.isScrollable = keeping !== 'never';
    this.#limitBytes = limitBytes;
  }

  /** Whether it is on a row, not before the first one or after the last. */
  get isOnRow(): boolean {
    return !this.#atStart && !this.#atEnd;
  }

  /** The next `count` rows. */
  async forward(count: number): Promise<RowBatch> {
    if (this.#atEnd || count <= 0) return batchOf([]);
    const first = this.#position + 1;
    const rows = this.#slice(first, await this.#reach(first + count - 1));
    if (rows.length > 0) this.#atStart = false;
    if (rows.length < count) this.#atEnd = true;
    this.#position += rows.length;
    this.#forget();
    return batchOf(rows);
  }

  /** The `count` rows before, the nearest first. */
  async backward(count: number): Promise<RowBatch> {
    if (!this.isScrollable) throw forwardOnly();
    if (this.#atStart || count <= 0) return batchOf([]);
    const from = this.#atEnd ? this.#position : this.#position - 1;
    const to = Math.max(1, from - count + 1);
    if (from >= 1) this.#checkKept(to);
    const rows = this.#slice(to, from).toReversed();
    if (rows.length > 0 && this.#atEnd) {
      this.#atEnd = false;
      this.#position += 1;
    }
    this.#atStart = rows.length < count;
    this.#position = this.#atStart ? 0 : this.#position - rows.length;
    return batchOf(rows);
  }

  /** Moves onto row `row` (negative: counted from the end) and gives it, if there is one. */
  async absolute(row: number): Promise<RowBatch> {
    if (row > 0) {
      if (row - 1 <= Math.floor(this.#position / 2)) {
        this.rewind();
        await this.#skip(row - 1);
      } else {
        const position = this.#atEnd ? this.#position + 1 : this.#position;
        if (row <= position) await this.backward(position - row + 1);
        else await this.#skip(row - position - 1);
      }
      return await this.forward(1);
    }
    if (row === 0) {
      this.rewind();
      return batchOf([]);
    }
    await this.#skip(Infinity);
    if (row < -1) await this.backward(-row - 1);
    return await this.backward(1);
  }

  /** The row so many after the one that it is on, or before it (negative). */
  async relative(rows: number): Promise<RowBatch> {
    if (rows === 0) return await this.same();
    if (rows > 0) {
      await this.#skip(rows - 1);
      return await this.forward(1);
    }
    if (rows < -1) await this.backward(-rows - 1);
    return await this.backward(1);
  }

  /** The row that it is on, if there is one. */
  async same(): Promise<RowBatch> {
    if (!this.isOnRow) return batchOf([]);
    await this.backward(1);
    return await this.forward(1);
  }

  /** Back to before the first row; answers how many rows were passed. */
  rewind(): number {
    const passed = this.#position > 0 && !this.#atEnd ? this.#position - 1 : this.#position;
    if (this.#atStart && !this.#atEnd) return passed;
    if (!this.isScrollable) throw forwardOnly();
    if (this.#kept.length > 0) this.#checkKept(1);
    this.#atStart = true;
    this.#atEnd = false;
    this.#position = 0;
    return passed;
  }

  /** Forward, without the rows. */
  async #skip(count: number): Promise<void> {
    for (let left = count; left > 0 && !this.#atEnd; left -= READ_ROWS) await this.forward(Math.min(left, READ_ROWS));
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

  /** Of the rows in memory. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  get #lastKept(): number {
    return this.#firstKept + this.#kept.length - 1;
  }

  #keep(batch: RowBatch): void {
    for (const row of splitRowMessages(batch.bytes)) this.#kept.push(row);
    this.#keptBytes += batch.bytes.length;
    this.#onKept();
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
