import { readLongAt } from './big-long-type.ts';

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
  const value = readLongAt(cursor.block, cursor.offset);
  while ((cursor.block[cursor.offset++] ?? 0) & 0x80);
  return value;
}
