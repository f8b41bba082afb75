import { dataCorrupted } from '../errors.ts';

/** Bytes of a block's header in Hadoop's framing: length of the output, length of the block, big-endian. */
const HADOOP_HEAD = 8;

/**
 * Decompresses Parquet's codec LZ4: blocks in Hadoop's framing or, by some writers, one bare block
 * (Parquet specification, Compression: LZ4). XX001 where the result has not exactly `size` bytes.
 */
export function decompressHadoopLz4(input: Uint8Array, size: number): Uint8Array {
  const blocks = hadoopBlocks(input, size);
  if (blocks === undefined) return decompressLz4(input, size);
  const output = new Uint8Array(size);
  let at = 0;
  for (const block of blocks) {
    output.set(decompressLz4(block.bytes, block.size), at);
    at += block.size;
  }
  return output;
}

/** Decompresses one LZ4 block (lz4_Block_format.md). XX001 where the result has not exactly `size` bytes. */
export function decompressLz4(input: Uint8Array, size: number): Uint8Array {
  const output = new Uint8Array(size);
  let from = 0;
  let to = 0;
  const extended = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (let byte = 255; byte === 255;) {
      byte = input[from++] ?? broken();
      length += byte;
    }
    return length;
  };
  while (from < input.length) {
    const token = input[from++]!;
    const literals = extended(token >> 4);
    if (from + literals > input.length || to + literals > size) broken();
    output.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === input.length) break;
    if (from + 2 > input.length) broken();
    const distance = input[from]! | (input[from + 1]! << 8);
    from += 2;
    const match = extended(token & 15) + 4;
    if (distance === 0 || distance > to || to + match > size) broken();
    if (distance >= match) output.copyWithin(to, to - distance, to - distance + match);
    else for (let i = 0; i < match; i++) output[to + i] = output[to + i - distance]!;
    to += match;
  }
  if (to !== size) broken();
  return output;
}

type Block = { readonly bytes: Uint8Array; readonly size: number };

/** Undefined where the lengths do not add up: then it is not this framing. */
function hadoopBlocks(input: Uint8Array, size: number): readonly Block[] | undefined {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const blocks: Block[] = [];
  let total = 0;
  for (let at = 0; at < input.length;) {
    if (at + HADOOP_HEAD > input.length) return undefined;
    const blockSize = view.getUint32(at);
    const length = view.getUint32(at + 4);
    at += HADOOP_HEAD;
    total += blockSize;
    if (at + length > input.length || total > size) return undefined;
    blocks.push({ bytes: input.subarray(at, at + length), size: blockSize });
    at += length;
  }
  return total === size ? blocks : undefined;
}

function broken(): never {
  throw dataCorrupted('a page of a data file is not valid LZ4');
}
