import duckdb from '@duckdb/node-bindings';

/** A copy of `length` bytes at an address of this process, which a vector that lives names. */
export function readMemory(address: number, length: number): Uint8Array {
  const pointer = new ArrayBuffer(8);
  new BigUint64Array(pointer)[0] = BigInt(address);
  return duckdb.get_data_from_pointer(pointer, 0, length);
}
