/**
 * Types that are worked with as the text that their output function prints, and what their binary forms are: bit
 * strings, network addresses, money, time with time zone, geometry.
 */
import { invalidBinary } from './errors.ts';
import { float8Writer } from './float-writer.ts';
import { formatNetwork, parseNetwork } from './network-address.ts';
import { OID } from './oid.ts';

/** Text from the bytes of the send function, and back. `toBinary` is given text that the output function printed. */
export type TextOnlyType = {
  readonly fromBinary: (bytes: Uint8Array) => string;
  readonly toBinary: (text: string) => Uint8Array;
};

/** Undefined for all other types. */
export function textOnlyType(oid: number): TextOnlyType | undefined {
  return TYPES.get(oid);
}

/** Whether the text is made of float8s, which follow extra_float_digits. */
export function isShape(oid: number): boolean {
  return SHAPES.has(oid);
}

const SHAPES: ReadonlySet<number> = new Set([
  OID.point,
  OID.lseg,
  OID.box,
  OID.line,
  OID.circle,
  OID.path,
  OID.polygon,
]);

const BITS: TextOnlyType = {
  fromBinary: (bytes) => {
    const length = bytes.length < 4 ? -1 : view(bytes).getInt32(0);
    if (length < 0 || bytes.length !== 4 + Math.ceil(length / 8)) {
      throw invalidBinary('invalid length in external bit string');
    }
    const bits = [...bytes.subarray(4)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    return bits.slice(0, length);
  },
  toBinary: (text) => {
    const bytes = new Uint8Array(4 + Math.ceil(text.length / 8));
    view(bytes).setInt32(0, text.length);
    for (let i = 0; i < text.length; i++) if (text[i] === '1') bytes[4 + (i >>> 3)]! |= 0x80 >>> (i & 7);
    return bytes;
  },
};

/** PGSQL_AF_INET and PGSQL_AF_INET6. */
const FAMILIES: Readonly<Record<number, number>> = { 2: 4, 3: 16 };

function network(isCidr: boolean): TextOnlyType {
  return {
    fromBinary: (bytes) => {
      const [family = 0, prefix = 0, , length = 0] = bytes;
      const size = FAMILIES[family];
      const name = isCidr ? 'cidr' : 'inet';
      if (size === undefined) throw invalidBinary(`invalid address family in external "${name}" value`);
      if (prefix > size * 8) throw invalidBinary(`invalid bits in external "${name}" value`);
      if (length !== size || bytes.length !== 4 + size) {
        throw invalidBinary(`invalid length in external "${name}" value`);
      }
      return formatNetwork({ address: bytes.subarray(4), prefix }, isCidr);
    },
    toBinary: (text) => {
      const parsed = parseNetwork(text);
      if (parsed === undefined) throw new Error(`"${text}" is no address that Postgres prints`);
      const { address, prefix } = parsed;
      return Uint8Array.of(address.length === 4 ? 2 : 3, prefix, isCidr ? 1 : 0, address.length, ...address);
    },
  };
}

function macAddress(size: 6 | 8): TextOnlyType {
  return {
    fromBinary: (bytes) => {
      // macaddr8_recv also takes six bytes.
      const whole = size === 8 && bytes.length === 6;
      if (bytes.length !== size && !whole) throw invalidBinary('incorrect binary data format');
      const all = whole ? [...bytes.subarray(0, 3), 0xff, 0xfe, ...bytes.subarray(3)] : [...bytes];
      return all.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
    },
    toBinary: (text) => Uint8Array.from(Buffer.from(text.replaceAll(':', ''), 'hex')),
  };
}

const MONEY: TextOnlyType = {
  fromBinary: (bytes) => {
    if (bytes.length !== 8) throw invalidBinary('incorrect binary data format');
    return formatMoney(view(bytes).getBigInt64(0));
  },
  toBinary: (text) => {
    const bytes = new Uint8Array(8);
    const cents = BigInt(text.replace(/[^\d]/g, ''));
    view(bytes).setBigInt64(0, text.startsWith('-') ? -cents : cents);
    return bytes;
  },
};

/** cash_out under lc_monetary C. */
export function formatMoney(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${cents < 0n ? '-' : ''}$${whole}.${digits.slice(-2)}`;
}

const TIMETZ: TextOnlyType = {
  fromBinary: (bytes) => {
    if (bytes.length !== 12) throw invalidBinary('incorrect binary data format');
    return formatTimetz(view(bytes).getBigInt64(0), view(bytes).getInt32(8));
  },
  toBinary: (text) => {
    const match = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/.exec(text);
    if (match === null) throw new Error(`"${text}" is no time that Postgres prints`);
    const [, hour, minute, second, fraction = '', sign, ...offset] = match;
    const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
    const east = (Number(offset[0]) * 60 + Number(offset[1] ?? 0)) * 60 + Number(offset[2] ?? 0);
    const bytes = new Uint8Array(12);
    view(bytes).setBigInt64(0, BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0')));
    view(bytes).setInt32(8, sign === '-' ? east : -east);
    return bytes;
  },
};

/** timetz_out; `west` are seconds west of Greenwich. */
export function formatTimetz(micros: bigint, west: number): string {
  const two = (value: number): string => value.toString().padStart(2, '0');
  const clock = (seconds: number): readonly number[] => [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const fraction = micros % 1_000_000n;
  const digits = fraction === 0n ? '' : `.${fraction.toString().padStart(6, '0').replace(/0+$/, '')}`;
  const zone = clock(Math.abs(west));
  while (zone.length > 1 && zone.at(-1) === 0) (zone as number[]).pop();
  const time = clock(Number(micros / 1_000_000n))
    .map(two)
    .join(':');
  return `${time}${digits}${west > 0 ? '-' : '+'}${zone.map(two).join(':')}`;
}

/** Shapes of a fixed number of float8s. */
function shape(count: number, format: (numbers: readonly string[]) => string): TextOnlyType {
  return {
    fromBinary: (bytes) => {
      if (bytes.length !== 8 * count) throw invalidBinary('incorrect binary data format');
      return format(numbersAt(bytes, 0, count));
    },
    toBinary: (text) => floatBytes(numbersIn(text)),
  };
}

const PATH: TextOnlyType = {
  fromBinary: (bytes) => {
    const count = bytes.length < 5 ? 0 : view(bytes).getInt32(1);
    if (count <= 0 || bytes.length !== 5 + 16 * count)
      throw invalidBinary('invalid number of points in external "path" value');
    const list = points(numbersAt(bytes, 5, 2 * count)).join(',');
    return bytes[0] === 0 ? `[${list}]` : `(${list})`;
  },
  toBinary: (text) => {
    const numbers = numbersIn(text);
    const header = new Uint8Array(5);
    header[0] = text.startsWith('[') ? 0 : 1;
    view(header).setInt32(1, numbers.length / 2);
    return Buffer.concat([header, floatBytes(numbers)]);
  },
};

const POLYGON: TextOnlyType = {
  fromBinary: (bytes) => {
    const count = bytes.length < 4 ? 0 : view(bytes).getInt32(0);
    if (count <= 0 || bytes.length !== 4 + 16 * count)
      throw invalidBinary('invalid number of points in external "polygon" value');
    return `(${points(numbersAt(bytes, 4, 2 * count)).join(',')})`;
  },
  toBinary: (text) => {
    const numbers = numbersIn(text);
    const header = new Uint8Array(4);
    view(header).setInt32(0, numbers.length / 2);
    return Buffer.concat([header, floatBytes(numbers)]);
  },
};

const TYPES: ReadonlyMap<number, TextOnlyType> = new Map<number, TextOnlyType>([
  [OID.bit, BITS],
  [OID.varbit, BITS],
  [OID.inet, network(false)],
  [OID.cidr, network(true)],
  [OID.macaddr, macAddress(6)],
  [OID.macaddr8, macAddress(8)],
  [OID.money, MONEY],
  [OID.timetz, TIMETZ],
  [OID.point, shape(2, (numbers) => points(numbers)[0]!)],
  [OID.lseg, shape(4, (numbers) => `[${points(numbers).join(',')}]`)],
  [OID.box, shape(4, (numbers) => points(numbers).join(','))],
  [OID.line, shape(3, (numbers) => `{${numbers.join(',')}}`)],
  [OID.circle, shape(3, ([x, y, radius]) => `<(${x},${y}),${radius}>`)],
  [OID.path, PATH],
  [OID.polygon, POLYGON],
]);

function points(numbers: readonly string[]): readonly string[] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => `(${numbers[2 * i]},${numbers[2 * i + 1]})`);
}

/** As float8out prints them by default. */
function numbersAt(bytes: Uint8Array, at: number, count: number): readonly string[] {
  const write = float8Writer(1);
  const scratch = new Uint8Array(64);
  return Array.from({ length: count }, (_, i) =>
    String.fromCharCode(...scratch.subarray(0, write(scratch, 0, view(bytes).getFloat64(at + 8 * i)))),
  );
}

function numbersIn(text: string): readonly number[] {
  return (text.match(/[^(),<>{}[\]]+/g) ?? []).map(Number);
}

function floatBytes(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 * numbers.length);
  numbers.forEach((number, i) => view(bytes).setFloat64(8 * i, number));
  return bytes;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
