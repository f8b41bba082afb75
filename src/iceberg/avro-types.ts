import avro from 'avsc';
import type { Schema } from 'avsc';

/** Avro's long as a bigint, exact over 64 bits. */
export function bigLongType(): avro.Type {
  return avro.types.LongType.__with(
    {
      fromBuffer: (buffer: Buffer) => readBigLong(buffer, 0),
      toBuffer: packBigLong,
      fromJSON: (value: number | string) => BigInt(value),
      toJSON: (value: bigint) => Number(value),
      isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
      compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
    },
    // Bytes are handed over as they are in the file (zigzag, variable length).
    true,
  );
}

/**
 * A value that is skipped and stands for itself by its offset in the block, to be decoded when it is asked for:
 * column metrics are most of a manifest and most of them are never looked at.
 */
export class SkippedType extends avro.types.LogicalType {
  constructor(schema: Schema, options?: Partial<avro.ForSchemaOptions>) {
    super(schema, options);
  }

  /** avsc's own protocol between types: reads at `tap.pos` and moves it behind the value. */
  _read(tap: { pos: number }): number {
    const start = tap.pos;
    (this.underlyingType as unknown as { _skip(tap: { pos: number }): void })._skip(tap);
    return start;
  }

  protected override _fromValue(): never {
    throw new Error('a skipped value is never converted');
  }

  protected override _toValue(): never {
    throw new Error('a skipped value is never written');
  }
}

/** A map from field id to long, written as an Avro array of (key, value) records, at `offset` of a block. */
export function readLongMap(block: Buffer, offset: number): ReadonlyMap<number, bigint> {
  const map = new Map<number, bigint>();
  const cursor = { block, offset };
  for (let count = blockCount(cursor); count > 0; count = blockCount(cursor)) {
    for (let index = 0; index < count; index++) map.set(readInt(cursor), readLong(cursor));
  }
  return map;
}

/** A map from field id to bytes; values are copies, so that they do not keep the block in memory. */
export function readBytesMap(block: Buffer, offset: number): ReadonlyMap<number, Uint8Array> {
  const map = new Map<number, Uint8Array>();
  const cursor = { block, offset };
  for (let count = blockCount(cursor); count > 0; count = blockCount(cursor)) {
    for (let index = 0; index < count; index++) {
      const key = readInt(cursor);
      const length = readInt(cursor);
      map.set(key, Uint8Array.prototype.slice.call(block, cursor.offset, cursor.offset + length));
      cursor.offset += length;
    }
  }
  return map;
}

export function readLongs(block: Buffer, offset: number): readonly bigint[] {
  const longs: bigint[] = [];
  const cursor = { block, offset };
  for (let count = blockCount(cursor); count > 0; count = blockCount(cursor)) {
    for (let index = 0; index < count; index++) longs.push(readLong(cursor));
  }
  return longs;
}

/** Avro's long at `offset`. */
export function readLongAt(block: Buffer, offset: number): bigint {
  return readBigLong(block, offset);
}

type Cursor = { readonly block: Buffer; offset: number };

/** Items of the next block of an array, 0 at its end; a negative count is followed by the block's length. */
function blockCount(cursor: Cursor): number {
  const count = readInt(cursor);
  if (count >= 0) return count;
  readInt(cursor);
  return -count;
}

/** A number of at most 53 bits. */
function readInt(cursor: Cursor): number {
  return Number(readLong(cursor));
}

function readLong(cursor: Cursor): bigint {
  const value = readBigLong(cursor.block, cursor.offset);
  while ((cursor.block[cursor.offset++] ?? 0) & 0x80);
  return value;
}

function readBigLong(buffer: Buffer, start: number): bigint {
  let low = 0;
  let scale = 1;
  let offset = start;
  // Seven bytes hold 49 bits, which a number holds exactly.
  for (; offset < start + 7; offset++) {
    const byte = buffer[offset] ?? 0;
    low += (byte & 0x7f) * scale;
    if (byte < 0x80) return BigInt(low % 2 === 0 ? low / 2 : -(low + 1) / 2);
    scale *= 128;
  }
  let packed = BigInt(low);
  for (let shift = 49n; shift < 70n; shift += 7n, offset++) {
    const byte = buffer[offset] ?? 0;
    packed |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  packed = BigInt.asUintN(64, packed);
  return BigInt.asIntN(64, (packed >> 1n) ^ -(packed & 1n));
}

function packBigLong(value: bigint): Buffer {
  let packed = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  while (packed >= 0x80n) {
    bytes.push(Number(packed & 0x7fn) | 0x80);
    packed >>= 7n;
  }
  bytes.push(Number(packed));
  return Buffer.from(bytes);
}
