/**
 * One field's entry in an encoded map of column metrics, without decoding the others: maps of wide tables are long,
 * and planning asks for few fields of many files. Maps are Avro arrays of (key, value) records at `offset` of a block.
 */
import { readLongAt } from './big-long-type.ts';

/** The long of field `id`, undefined where the map has none. */
export function findLong(block: Buffer, offset: number, id: number): bigint | undefined {
  const at = findValue(block, offset, id, skipLong);
  return at === undefined ? undefined : readLongAt(block, at);
}

/** The bytes of field `id`, as a view of the block. */
export function findBytes(block: Buffer, offset: number, id: number): Uint8Array | undefined {
  const at = findValue(block, offset, id, skipBytes);
  if (at === undefined) return undefined;
  const cursor = { offset: at };
  const length = readInt(block, cursor);
  return block.subarray(cursor.offset, cursor.offset + length);
}

type Cursor = { offset: number };

function findValue(
  block: Buffer,
  offset: number,
  id: number,
  skip: (block: Buffer, cursor: Cursor) => void,
): number | undefined {
  const cursor = { offset };
  for (;;) {
    let count = readInt(block, cursor);
    if (count === 0) return undefined;
    if (count < 0) {
      // A negative count is followed by the length of its items.
      skipLong(block, cursor);
      count = -count;
    }
    for (; count > 0; count--) {
      if (readInt(block, cursor) === id) return cursor.offset;
      skip(block, cursor);
    }
  }
}

function skipLong(block: Buffer, cursor: Cursor): void {
  while ((block[cursor.offset++] ?? 0) >= 0x80);
}

function skipBytes(block: Buffer, cursor: Cursor): void {
  const length = readInt(block, cursor);
  cursor.offset += length;
}

/** A zigzag number of at most 53 bits. */
function readInt(block: Buffer, cursor: Cursor): number {
  let byte = block[cursor.offset++] ?? 0;
  let packed = byte & 0x7f;
  for (let scale = 128; byte >= 0x80; scale *= 128) {
    byte = block[cursor.offset++] ?? 0;
    packed += (byte & 0x7f) * scale;
  }
  return packed % 2 === 0 ? packed / 2 : -(packed + 1) / 2;
}
