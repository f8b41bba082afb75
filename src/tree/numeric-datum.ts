import type { PgNumeric } from '../pgtype/pgtype.ts';

/** numeric.c: NumericShort and NumericLong; digits of base 10,000, the first weighing 10,000^weight. */
export function numericDatum(bytes: Uint8Array): PgNumeric {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = view.getUint16(0, true);
  if ((header & 0xc000) === 0xc000) return { kind: 'numeric', special: specialNumeric(header) };
  const short = (header & 0x8000) !== 0;
  const negative = short ? (header & 0x2000) !== 0 : (header & 0xc000) === 0x4000;
  const scale = short ? (header & 0x1f80) >>> 7 : header & 0x3fff;
  const weight = short ? ((header & 0x40) !== 0 ? ~0x3f : 0) | (header & 0x3f) : view.getInt16(2, true);
  let digits = 0n;
  let exponent = weight + 1;
  for (let at = short ? 2 : 4; at + 1 < bytes.length; at += 2) {
    digits = digits * 10_000n + BigInt(view.getInt16(at, true));
    exponent--;
  }
  const shift = exponent * 4 + scale;
  const unscaled = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  return { kind: 'numeric', unscaled: negative ? -unscaled : unscaled, scale };
}

function specialNumeric(header: number): 'NaN' | 'Infinity' | '-Infinity' {
  if ((header & 0xf000) === 0xc000) return 'NaN';
  return (header & 0xf000) === 0xd000 ? 'Infinity' : '-Infinity';
}
