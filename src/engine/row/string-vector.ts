import type { Vector } from '@duckdb/node-bindings';
import type { ColumnEncoder } from './column-encoder.ts';
import { closeField, writeNull } from './field-encoder.ts';
import { isNull } from './validity.ts';
import { readMemory } from './read-memory.ts';
import { vectorBytes } from './vector-bytes.ts';
import type { Validity } from './validity.ts';

/** duckdb_string_t: length, then either up to 12 bytes or a prefix of 4 and a pointer. */
const ENTRY_BYTES = 16;
const INLINE_LENGTH = 12;
/** Strings nearer than this are read in one piece: no whole unmapped page fits between two mapped bytes. */
const MAX_GAP = 4096;
/** More runs than this in row order (a dictionary in random order): runs are made of sorted addresses instead. */
const MAX_RUNS_IN_ORDER = 24;

/** The bytes of every string (or blob) of a vector: `bytesOf(row)` subarrays from `source` at `start`. */
export class StringVector {
  /** Where the row's bytes are: index into `sources`, offset, length. */
  #sources: Uint8Array[] = [];
  #sourceOf = new Int32Array(0);
  #startOf = new Int32Array(0);
  #lengths: Uint32Array = new Uint32Array(0);
  #stride = 4;
  /** Sum of the lengths of all rows that are not null. */
  totalBytes = 0;

  load(vector: Vector, rowCount: number, validity: Validity): void {
    const bytes = vectorBytes(vector, rowCount, ENTRY_BYTES);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, rowCount * 4);
    if (this.#sourceOf.length < rowCount) {
      this.#sourceOf = new Int32Array(rowCount);
      this.#startOf = new Int32Array(rowCount);
    }
    this.#lengths = words;
    this.#sources = [bytes];
    const long = this.#inline(words, rowCount, validity);
    if (long > 0 && !this.#readInOrder(words, rowCount, validity)) this.#readSorted(words, rowCount, validity, long);
  }

  length(row: number): number {
    return this.#lengths[row * this.#stride]!;
  }

  /** Copies the row's bytes to `out` and returns the place after them. */
  copy(row: number, out: Uint8Array, at: number): number {
    const source = this.#sources[this.#sourceOf[row]!]!;
    const start = this.#startOf[row]!;
    const length = this.#lengths[row * this.#stride]!;
    if (length < 64) {
      for (let i = 0; i < length; i++) out[at + i] = source[start + i]!;
    } else {
      out.set(source.subarray(start, start + length), at);
    }
    return at + length;
  }

  /** All rows as fields: a length and the bytes. */
  column(validity: Validity): ColumnEncoder {
    const lengths = this.#lengths;
    const stride = this.#stride;
    return {
      measure: (sizes, rowCount) => {
        for (let row = 0; row < rowCount; row++) sizes[row]! += isNull(validity, row) ? 4 : 4 + lengths[row * stride]!;
      },
      put: (out, places, first, end) => {
        for (let row = first; row < end; row++) {
          const at = places[row]!;
          places[row] = isNull(validity, row) ? writeNull(out, at) : closeField(out, at, this.copy(row, out, at + 4));
        }
      },
    };
  }

  bytes(row: number): Uint8Array {
    const start = this.#startOf[row]!;
    return this.#sources[this.#sourceOf[row]!]!.subarray(start, start + this.length(row));
  }

  /** Places of short strings and the total length; returns how many are long. */
  #inline(words: Uint32Array, rowCount: number, validity: Validity): number {
    let total = 0;
    let long = 0;
    for (let row = 0; row < rowCount; row++) {
      if (isNull(validity, row)) continue;
      const length = words[row * 4]!;
      total += length;
      if (length <= INLINE_LENGTH) {
        this.#sourceOf[row] = 0;
        this.#startOf[row] = row * ENTRY_BYTES + 4;
      } else {
        long++;
      }
    }
    this.totalBytes = total;
    return long;
  }

  /** One read per run of neighbouring addresses in row order. False if there are too many runs. */
  #readInOrder(words: Uint32Array, rowCount: number, validity: Validity): boolean {
    let runStart = 0;
    let runEnd = 0;
    let runs = 0;
    const starts: number[] = [];
    const ends: number[] = [];
    for (let row = 0; row < rowCount; row++) {
      const length = words[row * 4]!;
      if (length <= INLINE_LENGTH || isNull(validity, row)) continue;
      const address = addressAt(words, row);
      if (runs === 0 || address < runStart || address > runEnd + MAX_GAP) {
        if (runs > 0) ends.push(runEnd);
        if (runs === MAX_RUNS_IN_ORDER) return false;
        runs++;
        starts.push(address);
        runStart = address;
        runEnd = address + length;
      } else if (address + length > runEnd) {
        runEnd = address + length;
      }
      this.#sourceOf[row] = runs;
      this.#startOf[row] = address - runStart;
    }
    ends.push(runEnd);
    starts.forEach((start, i) => this.#sources.push(readMemory(start, ends[i]! - start)));
    return true;
  }

  #readSorted(words: Uint32Array, rowCount: number, validity: Validity, long: number): void {
    const order = new Float64Array(long);
    let next = 0;
    // Address and row in one double: addresses have 47 bits, so the rows are found again by binary search instead.
    const lengthOf = new Map<number, number>();
    for (let row = 0; row < rowCount; row++) {
      const length = words[row * 4]!;
      if (length <= INLINE_LENGTH || isNull(validity, row)) continue;
      const address = addressAt(words, row);
      order[next++] = address;
      if ((lengthOf.get(address) ?? 0) < length) lengthOf.set(address, length);
    }
    order.sort();
    const starts: number[] = [];
    const ends: number[] = [];
    let runEnd = -1;
    for (const address of order) {
      const end = address + lengthOf.get(address)!;
      if (starts.length === 0 || address > runEnd + MAX_GAP) {
        if (starts.length > 0) ends.push(runEnd);
        starts.push(address);
        runEnd = end;
      } else if (end > runEnd) {
        runEnd = end;
      }
    }
    ends.push(runEnd);
    starts.forEach((start, i) => this.#sources.push(readMemory(start, ends[i]! - start)));
    for (let row = 0; row < rowCount; row++) {
      if (words[row * 4]! <= INLINE_LENGTH || isNull(validity, row)) continue;
      const address = addressAt(words, row);
      const run = lastAtOrBelow(starts, address);
      this.#sourceOf[row] = run + 1;
      this.#startOf[row] = address - starts[run]!;
    }
  }
}

function addressAt(words: Uint32Array, row: number): number {
  return words[row * 4 + 3]! * 4_294_967_296 + words[row * 4 + 2]!;
}

function lastAtOrBelow(starts: readonly number[], address: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= address) low = middle;
    else high = middle - 1;
  }
  return low;
}
