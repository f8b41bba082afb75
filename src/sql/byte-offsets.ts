/**
 * A text addressed by UTF-8 bytes, as the grammar counts, and by 1-based code points, as clients count.
 */
export type ByteOffsets = {
  readonly sizeBytes: number;
  /** 1-based code point at a byte offset. */
  position(offset: number): number;
  /** Byte offset of a 1-based code point. */
  offset(position: number): number;
  slice(start: number, end: number): string;
};

export function byteOffsets(text: string): ByteOffsets {
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes === text.length) {
    return {
      sizeBytes,
      position: (offset) => offset + 1,
      offset: (position) => position - 1,
      slice: (start, end) => text.slice(start, end),
    };
  }
  const bytes = Buffer.from(text);
  // Filled at the first question: most texts are never asked.
  let starts: Uint32Array | undefined;
  const startsOfCodePoints = (): Uint32Array => (starts ??= codePointStarts(bytes));
  return {
    sizeBytes,
    position: (offset) => lastNotAfter(startsOfCodePoints(), offset) + 1,
    offset: (position) => startsOfCodePoints()[position - 1] ?? sizeBytes,
    slice: (start, end) => bytes.toString('utf8', start, end),
  };
}

/** The byte offset of every code point, and of the end. */
function codePointStarts(bytes: Buffer): Uint32Array {
  const starts = new Uint32Array(bytes.length + 1);
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    if ((bytes[at]! & 0xc0) !== 0x80) starts[count++] = at;
  }
  starts[count++] = bytes.length;
  return starts.subarray(0, count);
}

function lastNotAfter(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
