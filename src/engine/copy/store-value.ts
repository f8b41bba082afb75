import { notSupported, SqlError } from '../../base/sql-error.ts';
import type { Type } from '../../iceberg/iceberg.ts';
import { textFormatter } from '../../pgtype/text-formatter.ts';
import type { PgArray, PgInterval, PgNumeric, PgValue } from '../../pgtype/pgtype.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { CopyColumn } from './copy-spec.ts';
import { listDepth } from './staged-list.ts';

/** Puts any value of the column's type, already within its typmod, into the buffer as the table stores it. */
export type StoreValue = (row: number, value: Exclude<PgValue, null>) => void;

/** Types that are stored as text are stored as they print under the default settings. */
const STORED_TEXT = textFormatter({
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  timeZone: 'UTC',
  extraFloatDigits: 1,
  byteaOutput: 'hex',
});

export function storeValue(column: CopyColumn, buffer: ColumnBuffer): StoreValue {
  const { view, width } = buffer;
  const { type, typeOid } = column;
  switch (typeof type === 'string' ? type : type.kind) {
    case 'boolean':
      return (row, value) => view.setUint8(row, value === true ? 1 : 0);
    case 'int':
      return (row, value) => view.setInt32(row * 4, value as number, true);
    case 'long':
      return (row, value) => view.setBigInt64(row * 8, BigInt(value as bigint | number), true);
    case 'float':
      return (row, value) => view.setFloat32(row * 4, value as number, true);
    case 'double':
      return (row, value) => view.setFloat64(row * 8, value as number, true);
    case 'date':
      return (row, value) => view.setInt32(row * 4, finite(value as number, 'date'), true);
    case 'time':
      return (row, value) => view.setBigInt64(row * 8, value as bigint, true);
    case 'timestamp':
    case 'timestamptz':
      return (row, value) => view.setBigInt64(row * 8, storedTimestamp(value as bigint), true);
    case 'decimal':
      return (row, value) => buffer.setDecimal(row, unscaled(value as PgNumeric, (type as DecimalType).scale));
    case 'uuid':
      return (row, value) => {
        const bits = BigInt(`0x${(value as string).replaceAll('-', '')}`);
        view.setBigUint64(row * width, BigInt.asUintN(64, bits), true);
        view.setBigUint64(row * width + 8, (bits >> 64n) ^ 0x8000000000000000n, true);
      };
    case 'binary':
    case 'fixed':
      return (row, value) => buffer.setText(row, value as Uint8Array, 0, (value as Uint8Array).length);
    case 'string':
      return (row, value) => {
        const bytes = Buffer.from(STORED_TEXT(typeOid, value as string | number | PgInterval));
        buffer.setText(row, bytes, 0, bytes.length);
      };
    case 'list':
      return (row, value) => {
        const bytes = Buffer.from(listText(value as PgArray, listDepth(type), column.name));
        buffer.setText(row, bytes, 0, bytes.length);
      };
    default:
      throw notSupported(
        `COPY FROM into column "${column.name}" of a nested type`,
        'Load it as text into another table and INSERT ... SELECT with a cast.',
      );
  }
}

/** JSON of the elements' texts, as deep as the column's lists are nested. */
function listText({ elementOid, dimensions, elements }: PgArray, depth: number, column: string): string {
  if (elements.length === 0) return '[]';
  if (dimensions.length !== depth)
    throw notSupported(
      `storing an array of ${dimensions.length} dimensions in column "${column}"`,
      `Its lists are nested ${depth} deep.`,
    );
  let items: string[] = elements.map((element) =>
    element === null ? 'null' : JSON.stringify(STORED_TEXT(elementOid, element)),
  );
  for (const { length } of dimensions.toReversed())
    items = Array.from(
      { length: items.length / length },
      (_, at) => `[${items.slice(at * length, (at + 1) * length).join(',')}]`,
    );
  return items[0]!;
}

type DecimalType = Extract<Type, { kind: 'decimal' }>;

function unscaled(value: PgNumeric, scale: number): bigint {
  if ('special' in value)
    throw notSupported(`storing numeric ${value.special}`, 'Iceberg decimals are finite: use double precision.');
  return value.unscaled * 10n ** BigInt(scale - value.scale);
}

function finite(days: number, type: string): number {
  if (Number.isFinite(days)) return days;
  throw notSupported(
    `storing ${type} ${days > 0 ? 'infinity' : '-infinity'}`,
    'Iceberg has no infinite dates: use NULL.',
  );
}

const INFINITY = 9_223_372_036_854_775_807n;

function storedTimestamp(micros: bigint): bigint {
  if (micros === INFINITY || micros === -INFINITY)
    throw notSupported('storing timestamp infinity', 'Iceberg has no infinite timestamps: use NULL.');
  if (BigInt.asIntN(64, micros) === micros) return micros;
  throw new SqlError({ sqlstate: '22008', message: 'timestamp out of range' });
}
