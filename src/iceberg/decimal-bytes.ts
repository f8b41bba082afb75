/** Bytes of the smallest two's complement that holds any decimal of this precision (spec: Appendix A). */
export function decimalBytes(precision: number): number {
  const highest = 10n ** BigInt(precision) - 1n;
  let bytes = 1;
  while (highest >= 1n << BigInt(bytes * 8 - 1)) bytes += 1;
  return bytes;
}

/** Two's complement, big-endian, of exactly `length` bytes. */
export function fixedTwosComplement(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = BigInt.asUintN(length * 8, value);
  for (let index = length - 1; index >= 0; index--, rest >>= 8n) bytes[index] = Number(rest & 0xffn);
  return bytes;
}
