import { dataCorrupted, unsupportedParquet } from '../errors.ts';
import { decompressed } from './decompressed.ts';
import { numberField, readStruct, structField, withFields, writeStruct } from './thrift-struct.ts';
import type { ThriftStruct, ThriftValue } from './thrift-struct.ts';

/** What the bytes of a column chunk's pages mean. */
export type PageLayout = {
  readonly codec: number;
  /** Bytes of a value; undefined for types of varying width. */
  readonly width: number | undefined;
  readonly maxRepetition: number;
  readonly maxDefinition: number;
};

/** Ids of parquet.thrift. */
const HEADER = { type: 1, size: 2, compressedSize: 3, crc: 4, v1: 5, dictionary: 7, v2: 8 };
const V1 = { encoding: 2, definitionEncoding: 3, repetitionEncoding: 4 };
const V2 = { encoding: 4, definitionSize: 5, repetitionSize: 6, isCompressed: 7 };
const PLAIN = 0;
const RLE = 3;
const BYTE_STREAM_SPLIT = 9;
/** Decompressed; writers make pages of about a megabyte. */
const MAX_PAGE_BYTES = 256 * 1024 * 1024;

/** The page at `offset` uncompressed, BYTE_STREAM_SPLIT values as PLAIN ones; and where the next page begins. */
export function plainPage(
  bytes: Uint8Array,
  offset: number,
  layout: PageLayout,
): { readonly parts: readonly Uint8Array[]; readonly end: number } {
  const { struct: header, end: bodyStart } = readStruct(bytes, offset);
  const size = numberField(header, HEADER.size) ?? -1;
  const end = bodyStart + (numberField(header, HEADER.compressedSize) ?? -1);
  if (size < 0 || size > MAX_PAGE_BYTES || end < bodyStart || end > bytes.length) {
    throw dataCorrupted('a page of a data file has an impossible length');
  }
  const stored = bytes.subarray(bodyStart, end);
  const v2 = structField(header, HEADER.v2);
  const { body, changes } = v2 === undefined ? v1Page(header, stored, size, layout) : v2Page(v2, stored, size, layout);
  const written = withFields(
    header,
    new Map<number, ThriftValue | undefined>([
      ...changes,
      [HEADER.size, BigInt(body.length)],
      [HEADER.compressedSize, BigInt(body.length)],
      [HEADER.crc, undefined],
    ]),
  );
  return { parts: [writeStruct(written), body], end };
}

type Changed = { readonly body: Uint8Array; readonly changes: readonly (readonly [number, ThriftValue])[] };

/** Data pages of version 1 and dictionary pages are compressed as a whole. */
function v1Page(header: ThriftStruct, stored: Uint8Array, size: number, layout: PageLayout): Changed {
  const body = decompressed(layout.codec, stored, size);
  const page = structField(header, HEADER.v1);
  if (page === undefined || numberField(page, V1.encoding) !== BYTE_STREAM_SPLIT) return { body, changes: [] };
  let at = 0;
  for (const [max, encoding] of [
    [layout.maxRepetition, V1.repetitionEncoding],
    [layout.maxDefinition, V1.definitionEncoding],
  ] as const) {
    if (max === 0) continue;
    if (numberField(page, encoding) !== RLE) throw unsupportedParquet('encoding of levels');
    if (at + 4 > body.length) throw dataCorrupted('a page of a data file ends in its levels');
    at += 4 + new DataView(body.buffer, body.byteOffset + at, 4).getUint32(0, true);
  }
  const changed = withFields(page, new Map([[V1.encoding, BigInt(PLAIN)]]));
  return { body: joined(body, at, layout.width), changes: [[HEADER.v1, changed]] };
}

/** Levels of version 2 are never compressed. */
function v2Page(page: ThriftStruct, stored: Uint8Array, size: number, layout: PageLayout): Changed {
  const levels = (numberField(page, V2.definitionSize) ?? 0) + (numberField(page, V2.repetitionSize) ?? 0);
  if (levels > stored.length || levels > size) throw dataCorrupted('a page of a data file ends in its levels');
  const isCompressed = page.fields.get(V2.isCompressed)?.value !== false;
  const values = isCompressed
    ? decompressed(layout.codec, stored.subarray(levels), size - levels)
    : stored.subarray(levels);
  const body = new Uint8Array(levels + values.length);
  body.set(stored.subarray(0, levels));
  body.set(values, levels);
  const isSplit = numberField(page, V2.encoding) === BYTE_STREAM_SPLIT;
  const changed = withFields(
    page,
    new Map<number, ThriftValue>([
      [V2.isCompressed, false],
      ...(isSplit ? [[V2.encoding, BigInt(PLAIN)] as const] : []),
    ]),
  );
  return { body: isSplit ? joined(body, levels, layout.width) : body, changes: [[HEADER.v2, changed]] };
}

/** Values from `start` on whose bytes stand in streams, the first bytes of all values first, put together again. */
function joined(body: Uint8Array, start: number, width: number | undefined): Uint8Array {
  const total = body.length - start;
  if (width === undefined || total < 0 || total % width !== 0) {
    throw dataCorrupted('a page of a data file has split values of another width');
  }
  const count = total / width;
  const output = new Uint8Array(body.length);
  output.set(body.subarray(0, start));
  for (let stream = 0, from = start; stream < width; stream++) {
    for (let i = 0, to = start + stream; i < count; i++, to += width) output[to] = body[from++]!;
  }
  return output;
}
