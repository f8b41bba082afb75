const BACKSLASH = 0x5c;
const LETTERS: ReadonlyMap<number, number> = new Map(
  Object.entries({ b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }).map(([letter, byte]) => [letter.charCodeAt(0), byte]),
);

/** The value of a field of the text format (CopyReadAttributesText): backslash, then a letter, digits or anything. */
export function unescapeText(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const out = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end;) {
    const byte = bytes[at++]!;
    if (byte !== BACKSLASH) {
      out[length++] = byte;
      continue;
    }
    if (at >= end) break;
    const escaped = bytes[at++]!;
    let value = LETTERS.get(escaped) ?? escaped;
    if (escaped >= 0x30 && escaped <= 0x37) {
      value = escaped - 0x30;
      for (let more = 0; more < 2 && at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x37; more++)
        value = value * 8 + bytes[at++]! - 0x30;
    } else if (escaped === 0x78 && at < end && hexDigit(bytes[at]!) !== -1) {
      value = hexDigit(bytes[at++]!);
      if (at < end && hexDigit(bytes[at]!) !== -1) value = value * 16 + hexDigit(bytes[at++]!);
    }
    out[length++] = value & 255;
  }
  return out.subarray(0, length);
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
