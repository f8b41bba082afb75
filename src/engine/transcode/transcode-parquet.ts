import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { dataCorrupted, unsupportedParquet } from '../errors.ts';
import { LZ4, UNCOMPRESSED } from './decompressed.ts';
import { leafLayouts } from './leaf-layouts.ts';
import type { LeafLayout } from './leaf-layouts.ts';
import { plainPage } from './plain-page.ts';
import {
  numberField,
  readStruct,
  structField,
  structList,
  structsField,
  withFields,
  writeStruct,
} from './thrift-struct.ts';
import type { ThriftStruct, ThriftValue } from './thrift-struct.ts';

/** Ids of parquet.thrift. */
const FILE = { schema: 2, rowGroups: 4 };
const ROW_GROUP = { columns: 1, totalSize: 2, fileOffset: 5, compressedSize: 6 };
const CHUNK = { filePath: 1, fileOffset: 2, meta: 3, indexes: [4, 5, 6, 7], encrypted: [8, 9] };
const META = {
  encodings: 2,
  codec: 4,
  size: 6,
  compressedSize: 7,
  dataOffset: 9,
  indexOffset: 10,
  dictionaryOffset: 11,
};
/** Encoding statistics, Bloom filters: they say what no longer holds, or where something no longer is. */
const META_LEFT_OUT = [13, 14, 15];
const PLAIN = 0n;
const BYTE_STREAM_SPLIT = 9n;
const MAGIC = Buffer.from('PAR1');
const TAIL_BYTES = 8;

/**
 * Writes the Parquet file `from` again as `to`, with the same schema, field ids, rows in order, row groups, values and
 * statistics: column chunks with a codec or encoding that DuckDB cannot read get uncompressed pages and PLAIN values,
 * the others stay as they are. Page indexes and Bloom filters are left out. `check` is called before each page and may
 * throw. Resolves to the new file's length in bytes.
 */
export async function transcodeParquet(from: string, to: string, check: () => void): Promise<number> {
  const bytes = await readFile(from);
  const footer = footerOf(bytes);
  await using target = new Target(await open(to, 'wx'));
  await target.write(MAGIC);
  const leaves = leafLayouts(structsField(footer, FILE.schema));
  const rowGroups: ThriftStruct[] = [];
  for (const group of structsField(footer, FILE.rowGroups))
    rowGroups.push(await rowGroup(group, bytes, leaves, target, check));
  const written = writeStruct(withFields(footer, new Map([[FILE.rowGroups, structList(rowGroups)]])));
  const tail = Buffer.alloc(TAIL_BYTES);
  tail.writeUInt32LE(written.length);
  MAGIC.copy(tail, 4);
  await target.write(written);
  await target.write(tail);
  return target.at;
}

function footerOf(bytes: Buffer): ThriftStruct {
  const tail = bytes.length - TAIL_BYTES;
  if (tail < MAGIC.length || !bytes.subarray(tail + 4).equals(MAGIC))
    throw dataCorrupted('a data file is no Parquet file');
  const start = tail - bytes.readUInt32LE(tail);
  if (start < MAGIC.length) throw dataCorrupted('the footer of a data file is longer than the file');
  return readStruct(bytes.subarray(start, tail), 0).struct;
}

async function rowGroup(
  group: ThriftStruct,
  bytes: Buffer,
  leaves: readonly LeafLayout[],
  target: Target,
  check: () => void,
): Promise<ThriftStruct> {
  const start = target.at;
  const chunks: ThriftStruct[] = [];
  let size = 0n;
  for (const [i, chunk] of structsField(group, ROW_GROUP.columns).entries()) {
    const meta = structField(chunk, CHUNK.meta);
    const leaf = leaves[i];
    if (meta === undefined || chunk.fields.has(CHUNK.filePath) || CHUNK.encrypted.some((id) => chunk.fields.has(id))) {
      throw unsupportedParquet('encryption or column chunks in other files');
    }
    if (leaf === undefined) throw dataCorrupted('a data file has more column chunks than columns');
    const written = await columnChunk(meta, bytes, leaf, target, check);
    size += BigInt(numberField(written, META.size) ?? 0);
    const changes = new Map<number, ThriftValue | undefined>([
      [CHUNK.fileOffset, 0n],
      [CHUNK.meta, written],
      ...CHUNK.indexes.map((id) => [id, undefined] as const),
    ]);
    chunks.push(withFields(chunk, changes));
  }
  return withFields(
    group,
    new Map<number, ThriftValue>([
      [ROW_GROUP.columns, structList(chunks)],
      [ROW_GROUP.totalSize, size],
      [ROW_GROUP.fileOffset, BigInt(start)],
      [ROW_GROUP.compressedSize, BigInt(target.at - start)],
    ]),
  );
}

/** Writes the pages and gives the chunk's metadata as it is now. */
async function columnChunk(
  meta: ThriftStruct,
  bytes: Buffer,
  leaf: LeafLayout,
  target: Target,
  check: () => void,
): Promise<ThriftStruct> {
  const dataOffset = numberField(meta, META.dataOffset) ?? 0;
  const dictionaryOffset = numberField(meta, META.dictionaryOffset) ?? 0;
  const start = dictionaryOffset > 0 && dictionaryOffset < dataOffset ? dictionaryOffset : dataOffset;
  const end = start + (numberField(meta, META.compressedSize) ?? -1);
  if (start < MAGIC.length || end < start || end > bytes.length) {
    throw dataCorrupted('a column chunk of a data file lies outside of it');
  }
  const codec = numberField(meta, META.codec) ?? UNCOMPRESSED;
  const pages = bytes.subarray(start, end);
  const newStart = target.at;
  const common: (readonly [number, ThriftValue | undefined])[] = [
    ...META_LEFT_OUT.map((id) => [id, undefined] as const),
    [META.indexOffset, undefined],
  ];
  const encodings = encodingsOf(meta);
  if (codec !== LZ4 && (leaf.isFloat || !encodings.includes(BYTE_STREAM_SPLIT))) {
    check();
    await target.write(pages);
    const moved = (offset: number): bigint => BigInt(offset - start + newStart);
    common.push([META.dataOffset, moved(dataOffset)]);
    if (dictionaryOffset > 0) common.push([META.dictionaryOffset, moved(dictionaryOffset)]);
    return withFields(meta, new Map(common));
  }
  let newDataOffset = newStart;
  for (let at = 0; at < pages.length;) {
    check();
    const page = plainPage(pages, at, { ...leaf, codec });
    if (start + at === dataOffset) newDataOffset = target.at;
    for (const part of page.parts) await target.write(part);
    at = page.end;
    await setImmediate();
  }
  const size = BigInt(target.at - newStart);
  common.push([META.codec, BigInt(UNCOMPRESSED)], [META.size, size], [META.compressedSize, size]);
  common.push([META.dataOffset, BigInt(newDataOffset)]);
  if (dictionaryOffset > 0) common.push([META.dictionaryOffset, BigInt(newStart)]);
  const plain = encodings.map((encoding) => (encoding === BYTE_STREAM_SPLIT ? PLAIN : encoding));
  common.push([META.encodings, { kind: 'list', type: ENCODING_TYPE, values: [...new Set(plain)] }]);
  return withFields(meta, new Map(common));
}

/** Thrift's i32. */
const ENCODING_TYPE = 5;

function encodingsOf(meta: ThriftStruct): readonly bigint[] {
  const value = meta.fields.get(META.encodings)?.value;
  if (typeof value !== 'object' || !('kind' in value) || value.kind !== 'list') return [];
  return value.values.filter((encoding) => typeof encoding === 'bigint');
}

/** The file being written. */
class Target {
  at = 0;
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += (await this.#file.write(bytes, done)).bytesWritten;
    }
    this.at += bytes.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
