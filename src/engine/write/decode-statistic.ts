import {
  decodeTimestampText,
  decodeTimestamptzText,
  decodeTimeText,
  decodeDateText,
} from '../../pgtype/decode-timestamp-text.ts';
import type { IcebergValue, PrimitiveType } from '../../iceberg/iceberg.ts';

/** A minimum or maximum as the engine prints it; undefined where it is not to be relied on. */
export function decodeStatistic(text: string, type: PrimitiveType): IcebergValue | undefined {
  if (typeof type === 'object') {
    if (type.kind === 'decimal') return unscaled(text, type.scale);
    return type.kind === 'fixed' ? Uint8Array.from(Buffer.from(text, 'hex')) : undefined;
  }
  switch (type) {
    case 'boolean':
      return text === '1' || text === 'true';
    case 'int':
      return Number(text);
    case 'long':
      return BigInt(text);
    case 'float':
    case 'double':
      return Number(text.replace(/^(-?)inf(inity)?$/i, '$1Infinity'));
    case 'date':
      return decodeDateText(text);
    case 'time':
      return decodeTimeText(text);
    case 'timestamp':
      return decodeTimestampText(text);
    case 'timestamptz':
      return decodeTimestamptzText(text);
    case 'string':
      return text;
    case 'uuid':
      return Uint8Array.from(Buffer.from(text.replaceAll('-', ''), 'hex'));
    case 'binary':
      return Uint8Array.from(Buffer.from(text, 'hex'));
    default:
      return undefined;
  }
}

function unscaled(text: string, scale: number): bigint | undefined {
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (fraction.length > scale) return undefined;
  const digits = BigInt(`${whole}${fraction.padEnd(scale, '0')}` || '0');
  return sign === '-' ? -digits : digits;
}
