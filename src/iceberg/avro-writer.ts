import avro from 'avsc';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, zstdCompress } from 'node:zlib';
import { bigLongType } from './big-long-type.ts';
import { formatJson } from './json.ts';
import type { Schema } from 'avsc';
import type { JsonObject } from './json.ts';

export type AvroCodec = 'null' | 'deflate' | 'zstandard';

/** The codec that `write.avro.compression-codec` names; gzip, Iceberg's default, is Avro's deflate. */
export function avroCodec(properties: Readonly<Record<string, string>>): AvroCodec {
  switch (properties['write.avro.compression-codec']?.toLowerCase()) {
    case 'uncompressed':
      return 'null';
    case 'zstd':
      return 'zstandard';
    default:
      return 'deflate';
  }
}

/** Encodes the records of one schema; every long is a bigint. */
export class AvroWriter {
  readonly #type: avro.Type;
  readonly #header: Buffer;
  readonly #sync = randomBytes(16);
  readonly #codec: AvroCodec;
  readonly #blocks: Buffer[] = [];
  #records: Buffer[] = [];
  #recordBytes = 0;
  /** Encoded and not yet compressed bytes of all records, for deciding when a file is long enough. */
  rawBytes = 0;

  constructor(schema: JsonObject, metadata: Readonly<Record<string, string>>, codec: AvroCodec) {
    const text = formatJson(schema);
    const bigLong = bigLongType();
    this.#type = avro.Type.forSchema(JSON.parse(text) as Schema, {
      wrapUnions: false,
      typeHook: (node) => (node === 'long' || (node as { type?: unknown }).type === 'long' ? bigLong : undefined),
    });
    this.#codec = codec;
    this.#header = header({ ...metadata, 'avro.schema': text, 'avro.codec': codec }, this.#sync);
  }

  async add(record: unknown): Promise<void> {
    const bytes = this.#type.toBuffer(record);
    this.#records.push(bytes);
    this.#recordBytes += bytes.length;
    this.rawBytes += bytes.length;
    if (this.#recordBytes >= BLOCK_BYTES) await this.#endBlock();
  }

  async finish(): Promise<Buffer> {
    await this.#endBlock();
    return Buffer.concat([this.#header, ...this.#blocks]);
  }

  async #endBlock(): Promise<void> {
    if (this.#records.length === 0) return;
    const packed = await pack(Buffer.concat(this.#records), this.#codec);
    this.#blocks.push(LONG.toBuffer(this.#records.length), LONG.toBuffer(packed.length), packed, this.#sync);
    this.#records = [];
    this.#recordBytes = 0;
  }
}

/** A block ends at about this many bytes before compression, as in Avro's own writers. */
const BLOCK_BYTES = 64_000;

const LONG = avro.Type.forSchema('long');

function header(metadata: Readonly<Record<string, string>>, sync: Buffer): Buffer {
  const map = avro.Type.forSchema({ type: 'map', values: 'bytes' });
  const entries = Object.entries(metadata).map(([key, value]) => [key, Buffer.from(value, 'utf8')]);
  return Buffer.concat([Buffer.from('Obj\x01', 'latin1'), map.toBuffer(Object.fromEntries(entries)), sync]);
}

async function pack(bytes: Buffer, codec: AvroCodec): Promise<Buffer> {
  switch (codec) {
    case 'null':
      return bytes;
    case 'deflate':
      return promisify(deflateRaw)(bytes);
    case 'zstandard':
      return promisify(zstdCompress)(bytes);
  }
}
