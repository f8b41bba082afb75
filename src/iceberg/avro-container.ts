import avro from 'avsc';
import { inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress } from 'hyparquet';
import { malformed } from './errors.ts';

/** An Avro object container file: its header's metadata, and its blocks still compressed. */
export type AvroContainer = {
  readonly metadata: ReadonlyMap<string, string>;
  readonly blocks: readonly AvroBlock[];
};

export type AvroBlock = { readonly recordCount: number; readonly unpack: () => Buffer };

/** Codecs null, deflate, snappy and zstandard (Avro specification, Object Container Files). */
export function readAvroContainer(bytes: Uint8Array, uri: string): AvroContainer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const what = `Avro file "${uri}"`;
  if (buffer.toString('latin1', 0, 4) !== 'Obj\x01') throw malformed(what, 'it does not start with the magic bytes');
  const header = headerType().decode(buffer, 0) as { value: Header | undefined; offset: number };
  if (header.value === undefined) throw malformed(what, 'its header is cut short');
  const metadata = new Map(Object.entries(header.value.meta).map(([key, value]) => [key, value.toString('utf8')]));
  const codec = metadata.get('avro.codec') ?? 'null';
  const blocks: AvroBlock[] = [];
  for (let offset = header.offset; offset < buffer.length;) {
    const count = LONG.decode(buffer, offset) as { value: number; offset: number };
    const size = LONG.decode(buffer, count.offset) as { value: number; offset: number };
    const end = size.offset + size.value;
    if (size.offset < 0 || size.value < 0 || end + 16 > buffer.length) throw malformed(what, 'a block is cut short');
    if (!buffer.subarray(end, end + 16).equals(header.value.sync)) throw malformed(what, 'a sync marker is wrong');
    const packed = buffer.subarray(size.offset, end);
    blocks.push({ recordCount: count.value, unpack: () => unpack(packed, codec, what) });
    offset = end + 16;
  }
  return { metadata, blocks };
}

type Header = { magic: Buffer; meta: Record<string, Buffer>; sync: Buffer };

function headerType(): avro.Type {
  return avro.Type.forSchema({
    type: 'record',
    name: 'header',
    fields: [
      { name: 'magic', type: { type: 'fixed', name: 'magic_bytes', size: 4 } },
      { name: 'meta', type: { type: 'map', values: 'bytes' } },
      { name: 'sync', type: { type: 'fixed', name: 'sync_bytes', size: 16 } },
    ],
  });
}

const LONG = avro.Type.forSchema('long');

/** An unpacked block may be this long at most, in bytes. */
const MAX_BLOCK_BYTES = 1024 * 1024 * 1024;

function unpack(packed: Buffer, codec: string, what: string): Buffer {
  try {
    switch (codec) {
      case 'null':
        return packed;
      case 'deflate':
        return inflateRawSync(packed, { maxOutputLength: MAX_BLOCK_BYTES });
      case 'zstandard':
        return zstdDecompressSync(packed, { maxOutputLength: MAX_BLOCK_BYTES });
      case 'snappy':
        return unsnappy(packed);
    }
  } catch (error) {
    throw malformed(what, `a ${codec} block does not unpack: ${(error as Error).message}`, error);
  }
  throw malformed(what, `its codec "${codec}" is not known`);
}

/** Snappy's block format, followed by a CRC-32 of the unpacked bytes, which sync markers make redundant. */
function unsnappy(packed: Buffer): Buffer {
  const body = packed.subarray(0, packed.length - 4);
  let length = 0;
  let shift = 0;
  for (let index = 0; index < 5; index++) {
    const byte = body[index] ?? 0;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
    shift += 7;
  }
  if (length > MAX_BLOCK_BYTES) throw new Error(`it is longer than ${MAX_BLOCK_BYTES} bytes`);
  const unpacked = Buffer.alloc(length);
  snappyUncompress(body, unpacked);
  return unpacked;
}
