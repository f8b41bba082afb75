import type { IcebergValue } from '../../iceberg/iceberg.ts';

type Value = NonNullable<IcebergValue>;

/** An upper bound of at most `length` code points or bytes: an incremented prefix; undefined where none is greater. */
export function truncatedUpper(value: Value, length: number): Value | undefined {
  if (typeof value === 'string') {
    const points = Array.from(value);
    return points.length <= length ? value : incrementedText(points.slice(0, length));
  }
  if (!(value instanceof Uint8Array) || value.length <= length) return value;
  const bytes = value.slice(0, length);
  for (let last = bytes.length - 1; last >= 0; last--) {
    const byte = bytes[last] ?? 0xff;
    if (byte === 0xff) continue;
    bytes[last] = byte + 1;
    return bytes.slice(0, last + 1);
  }
  return undefined;
}

const LAST_CODE_POINT = 0x10ffff;

/** The last code point that has a successor is replaced by it; surrogates are no code points of their own. */
function incrementedText(points: readonly string[]): string | undefined {
  for (let last = points.length - 1; last >= 0; last--) {
    const point = points[last]?.codePointAt(0) ?? LAST_CODE_POINT;
    if (point >= LAST_CODE_POINT) continue;
    const next = point + 1 >= 0xd800 && point + 1 <= 0xdfff ? 0xe000 : point + 1;
    return points.slice(0, last).join('') + String.fromCodePoint(next);
  }
  return undefined;
}
