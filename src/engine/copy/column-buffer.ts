import duckdb from '@duckdb/node-bindings';
import type { Vector } from '@duckdb/node-bindings';
import { BATCH_ROWS } from '../../copy/field-batch.ts';
import type { EngineType } from '../row/engine-type.ts';

/** duckdb_string_t: length, then up to 12 bytes, or 4 and a pointer. */
const INLINE_LENGTH = 12;
const { Type } = duckdb;

/** The values of one column of a batch, on their way to a vector. `bytes` is a view over all of them. */
export class ColumnBuffer {
  readonly width: number;
  readonly isText: boolean;
  readonly decimalScale: number | undefined;
  readonly bytes: ArrayBuffer;
  readonly ints: Int32Array;
  readonly longs: BigInt64Array;
  readonly doubles: Float64Array;
  readonly view: DataView;
  readonly validity = new Uint8Array(BATCH_ROWS / 8).fill(255);
  /** Text: all values one after another, and where each begins. */
  #heap = new Uint8Array(64 * 1024);
  #heapLength = 0;
  readonly #offsets = new Int32Array(BATCH_ROWS);
  readonly #lengths = new Int32Array(BATCH_ROWS);

  constructor(type: EngineType) {
    this.isText = type.kind === 'scalar' && (type.id === Type.VARCHAR || type.id === Type.BLOB);
    this.decimalScale = type.kind === 'decimal' ? type.scale : undefined;
    this.width = this.isText ? 16 : type.kind === 'decimal' ? type.bytes : scalarWidth(type);
    this.bytes = new ArrayBuffer(BATCH_ROWS * this.width);
    const whole = this.bytes.byteLength;
    this.view = new DataView(this.bytes);
    this.ints = new Int32Array(this.bytes, 0, Math.floor(whole / 4));
    this.longs = new BigInt64Array(this.bytes, 0, Math.floor(whole / 8));
    this.doubles = new Float64Array(this.bytes, 0, Math.floor(whole / 8));
  }

  clear(): void {
    this.validity.fill(255);
    this.#heapLength = 0;
  }

  setNull(row: number): void {
    this.validity[row >> 3]! &= ~(1 << (row & 7));
    if (this.isText) this.#lengths[row] = 0;
  }

  setText(row: number, source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (this.#heapLength + length > this.#heap.length) {
      const grown = new Uint8Array(Math.max(this.#heap.length * 2, this.#heapLength + length));
      grown.set(this.#heap.subarray(0, this.#heapLength));
      this.#heap = grown;
    }
    if (length < 48) {
      const heap = this.#heap;
      let at = this.#heapLength;
      for (let i = from; i < to; i++) heap[at++] = source[i]!;
    } else {
      this.#heap.set(source.subarray(from, to), this.#heapLength);
    }
    this.#offsets[row] = this.#heapLength;
    this.#lengths[row] = length;
    this.#heapLength += length;
  }

  /** A 64-bit integer from a safe number. */
  setLong(row: number, value: number): void {
    const high = Math.floor(value / 4_294_967_296);
    this.ints[row * 2] = value - high * 4_294_967_296;
    this.ints[row * 2 + 1] = high;
  }

  /** An unscaled decimal. */
  setDecimal(row: number, value: bigint): void {
    const at = row * this.width;
    switch (this.width) {
      case 2:
        return this.view.setInt16(at, Number(value), true);
      case 4:
        return this.view.setInt32(at, Number(value), true);
      case 8:
        return this.view.setBigInt64(at, value, true);
      default:
        this.view.setBigUint64(at, BigInt.asUintN(64, value), true);
        return this.view.setBigInt64(at + 8, value >> 64n, true);
    }
  }

  /** Drops the rows that `keep` is false for. */
  compact(keep: Uint8Array, rowCount: number): void {
    const all = new Uint8Array(this.bytes);
    let to = 0;
    for (let row = 0; row < rowCount; row++) {
      if (keep[row] === 0) continue;
      if (to !== row) {
        all.copyWithin(to * this.width, row * this.width, (row + 1) * this.width);
        this.#offsets[to] = this.#offsets[row]!;
        this.#lengths[to] = this.#lengths[row]!;
        const isValid = (this.validity[row >> 3]! >> (row & 7)) & 1;
        if (isValid === 1) this.validity[to >> 3]! |= 1 << (to & 7);
        else this.validity[to >> 3]! &= ~(1 << (to & 7));
      }
      to++;
    }
  }

  write(vector: Vector, rowCount: number): void {
    if (this.isText) this.#writeText(vector, rowCount);
    duckdb.copy_data_to_vector(vector, 0, this.bytes, 0, rowCount * this.width);
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, this.validity.buffer as ArrayBuffer, 0, this.validity.byteLength);
  }

  /**
   * The vector owns one string with all the text; the entries of the others point into it. One native call instead of
   * one per value.
   */
  #writeText(vector: Vector, rowCount: number): void {
    const heap = this.#heap;
    let address = 0;
    if (this.#heapLength > 0) {
      const whole = this.#heapLength > INLINE_LENGTH ? heap.subarray(0, this.#heapLength) : heap.subarray(0, 16);
      duckdb.vector_assign_string_element_len(vector, 0, whole);
      const entry = duckdb.vector_get_data(vector, 16);
      const view = new DataView(entry.buffer, entry.byteOffset, 16);
      address = view.getUint32(12, true) * 4_294_967_296 + view.getUint32(8, true);
    }
    const words = this.ints;
    const bytes = new Uint8Array(this.bytes);
    for (let row = 0; row < rowCount; row++) {
      const length = this.#lengths[row]!;
      const offset = this.#offsets[row]!;
      const at = row * 16;
      words[row * 4] = length;
      words[row * 4 + 1] = 0;
      if (length <= INLINE_LENGTH) {
        words[row * 4 + 2] = 0;
        words[row * 4 + 3] = 0;
        for (let i = 0; i < length; i++) bytes[at + 4 + i] = heap[offset + i]!;
      } else {
        for (let i = 0; i < 4; i++) bytes[at + 4 + i] = heap[offset + i]!;
        const pointer = address + offset;
        const high = Math.floor(pointer / 4_294_967_296);
        words[row * 4 + 2] = pointer - high * 4_294_967_296;
        words[row * 4 + 3] = high;
      }
    }
  }
}

function scalarWidth(type: EngineType): number {
  if (type.kind !== 'scalar') return 0;
  switch (type.id) {
    case Type.BOOLEAN:
      return 1;
    case Type.INTEGER:
    case Type.FLOAT:
    case Type.DATE:
      return 4;
    case Type.UUID:
      return 16;
    default:
      return 8;
  }
}
