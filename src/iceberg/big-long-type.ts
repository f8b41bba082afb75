import avro from 'avsc';

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

/** Avro's long at `offset`. */
export function readLongAt(block: Buffer, offset: number): bigint {
  return readBigLong(block, offset);
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
