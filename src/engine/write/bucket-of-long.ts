const MASK = '4294967295::UBIGINT';

/**
 * Iceberg's bucket hash of a 64-bit integer as DuckDB SQL: murmur3_x86_32, seed 0, over its eight little-endian bytes
 * (spec: Appendix B). Products of two 32-bit numbers fit UBIGINT.
 */
export function bucketOfLong(value: string, buckets: number): string {
  const long = `CAST(${value} AS BIGINT)`;
  const low = `CAST(${long} & 4294967295 AS UBIGINT)`;
  const high = `CAST((${long} >> 32) & 4294967295 AS UBIGINT)`;
  const first = mixed('0::UBIGINT', low);
  const hash = finalized(mixed(first, high));
  return `CAST((${hash} & 2147483647::UBIGINT) % ${buckets}::UBIGINT AS INTEGER)`;
}

function mixed(hash: string, block: string): string {
  const multiplied = times(block, 3432918353);
  const key = times(rotated(multiplied, 15), 461845907);
  const joined = rotated(`xor(${hash}, ${key})`, 13);
  return `((${joined} * 5::UBIGINT + 3864292196::UBIGINT) & ${MASK})`;
}

/** The length of eight bytes goes in, then the bits avalanche. */
function finalized(hash: string): string {
  const first = times(folded(`xor(${hash}, 8::UBIGINT)`, 16), 2246822507);
  return folded(times(folded(first, 13), 3266489909), 16);
}

function times(value: string, factor: number): string {
  return `((${value} * ${factor}::UBIGINT) & ${MASK})`;
}

function rotated(value: string, bits: number): string {
  return `(((${value} << ${bits}) & ${MASK}) | (${value} >> ${32 - bits}))`;
}

function folded(value: string, bits: number): string {
  return `xor(${value}, ${value} >> ${bits})`;
}
