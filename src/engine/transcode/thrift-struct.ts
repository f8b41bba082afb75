import { dataCorrupted } from '../errors.ts';

/**
 * A value of Thrift's compact protocol, kept so that it is written again as it was read: integers of every width as
 * bigint, a double as its eight bytes.
 */
export type ThriftValue = boolean | bigint | Uint8Array | ThriftList | ThriftMap | ThriftStruct;
export type ThriftList = { readonly kind: 'list'; readonly type: number; readonly values: readonly ThriftValue[] };
export type ThriftMap = {
  readonly kind: 'map';
  readonly types: number;
  readonly entries: readonly (readonly [ThriftValue, ThriftValue])[];
};
export type ThriftField = { readonly type: number; readonly value: ThriftValue };
/** Fields by id, in the order of the bytes. */
export type ThriftStruct = { readonly kind: 'struct'; readonly fields: ReadonlyMap<number, ThriftField> };

/** Wire types of the compact protocol (thrift-compact-protocol.md). */
const TYPE = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, map: 11 };
const STRUCT = 12;
const MAX_DEPTH = 64;

/** The struct at `offset` and where it ends. XX001 for anything that is no Thrift. */
export function readStruct(bytes: Uint8Array, offset: number): { readonly struct: ThriftStruct; readonly end: number } {
  const reader = new Reader(bytes, offset);
  return { struct: reader.struct(0), end: reader.at };
}

export function writeStruct(struct: ThriftStruct): Uint8Array {
  const out: number[] = [];
  putStruct(out, struct);
  return Uint8Array.from(out);
}

export function structField(struct: ThriftStruct, id: number): ThriftStruct | undefined {
  const value = struct.fields.get(id)?.value;
  return typeof value === 'object' && 'kind' in value && value.kind === 'struct' ? value : undefined;
}

export function structsField(struct: ThriftStruct, id: number): readonly ThriftStruct[] {
  const value = struct.fields.get(id)?.value;
  if (typeof value !== 'object' || !('kind' in value) || value.kind !== 'list') return [];
  return value.values.filter((item) => typeof item === 'object' && 'kind' in item && item.kind === 'struct');
}

export function numberField(struct: ThriftStruct, id: number): number | undefined {
  const value = struct.fields.get(id)?.value;
  return typeof value === 'bigint' ? Number(value) : undefined;
}

/** The struct with the values of some fields replaced (undefined: left out). Fields that are not there stay away. */
export function withFields(struct: ThriftStruct, changes: ReadonlyMap<number, ThriftValue | undefined>): ThriftStruct {
  const fields = new Map<number, ThriftField>();
  for (const [id, { type, value }] of struct.fields) {
    if (!changes.has(id)) fields.set(id, { type, value });
    const changed = changes.get(id);
    if (changed !== undefined) fields.set(id, { type, value: changed });
  }
  return { kind: 'struct', fields };
}

export function structList(values: readonly ThriftStruct[]): ThriftList {
  return { kind: 'list', type: STRUCT, values };
}

class Reader {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.at = offset;
  }

  struct(depth: number): ThriftStruct {
    if (depth > MAX_DEPTH) throw dataCorrupted('a Parquet header is nested too deeply');
    const fields = new Map<number, ThriftField>();
    for (let id = 0; ;) {
      const head = this.#byte();
      if (head === 0) return { kind: 'struct', fields };
      const type = head & 15;
      id = head >> 4 === 0 ? Number(this.#zigzag()) : id + (head >> 4);
      const isBoolean = type === TYPE.true || type === TYPE.false;
      fields.set(id, { type, value: isBoolean ? type === TYPE.true : this.#value(type, depth) });
    }
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case TYPE.true:
      case TYPE.false:
        return this.#byte() === 1;
      case TYPE.byte:
        return BigInt(this.#byte());
      case TYPE.i16:
      case TYPE.i32:
      case TYPE.i64:
        return this.#zigzag();
      case TYPE.double:
        return this.#take(8);
      case TYPE.binary:
        return this.#take(Number(this.#varint()));
      case TYPE.list:
      case TYPE.set:
        return this.#list(depth);
      case TYPE.map:
        return this.#map(depth);
      case STRUCT:
        return this.struct(depth + 1);
      default:
        throw dataCorrupted(`a Parquet header has a field of unknown type ${type}`);
    }
  }

  #list(depth: number): ThriftList {
    const head = this.#byte();
    const length = head >> 4 === 15 ? Number(this.#varint()) : head >> 4;
    const values: ThriftValue[] = [];
    for (let i = 0; i < length; i++) values.push(this.#value(head & 15, depth + 1));
    return { kind: 'list', type: head & 15, values };
  }

  #map(depth: number): ThriftMap {
    const length = Number(this.#varint());
    if (length === 0) return { kind: 'map', types: 0, entries: [] };
    const types = this.#byte();
    const entries: (readonly [ThriftValue, ThriftValue])[] = [];
    for (let i = 0; i < length; i++) {
      const key = this.#value(types >> 4, depth + 1);
      entries.push([key, this.#value(types & 15, depth + 1)]);
    }
    return { kind: 'map', types, entries };
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw dataCorrupted('a Parquet header has a number that does not end');
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw dataCorrupted('a Parquet header ends too early');
    return byte;
  }

  #take(length: number): Uint8Array {
    if (this.at + length > this.#bytes.length) throw dataCorrupted('a Parquet header ends too early');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }
}

function putStruct(out: number[], { fields }: ThriftStruct): void {
  let before = 0;
  for (const [id, { type, value }] of fields) {
    const written = typeof value === 'boolean' ? (value ? TYPE.true : TYPE.false) : type;
    const step = id - before;
    if (step > 0 && step < 16) out.push((step << 4) | written);
    else {
      out.push(written);
      putZigzag(out, BigInt(id));
    }
    before = id;
    if (typeof value !== 'boolean') putValue(out, type, value);
  }
  out.push(0);
}

function putValue(out: number[], type: number, value: ThriftValue): void {
  if (typeof value === 'boolean') out.push(value ? 1 : 2);
  else if (typeof value === 'bigint') {
    if (type === TYPE.byte) out.push(Number(value));
    else putZigzag(out, value);
  } else if (value instanceof Uint8Array) {
    if (type === TYPE.binary) putVarint(out, BigInt(value.length));
    for (const byte of value) out.push(byte);
  } else if (value.kind === 'struct') putStruct(out, value);
  else if (value.kind === 'list') {
    const { length } = value.values;
    out.push((Math.min(length, 15) << 4) | value.type);
    if (length >= 15) putVarint(out, BigInt(length));
    for (const item of value.values) putValue(out, value.type, item);
  } else {
    putVarint(out, BigInt(value.entries.length));
    if (value.entries.length > 0) out.push(value.types);
    for (const [key, item] of value.entries) {
      putValue(out, value.types >> 4, key);
      putValue(out, value.types & 15, item);
    }
  }
}

function putZigzag(out: number[], value: bigint): void {
  putVarint(out, BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
}

function putVarint(out: number[], value: bigint): void {
  let rest = value;
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
}
