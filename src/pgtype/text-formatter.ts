import { formatArray } from './format-array.ts';
import { formatBytea } from './format-bytea.ts';
import { formatInterval } from './format-interval.ts';
import { OID } from './oid.ts';
import type { PgArray, PgInterval, PgNumeric, PgValue, TextSettings } from './pgtype.ts';
import { isShape } from './text-only-type.ts';
import { TIMESTAMP_INFINITY } from './pgtype.ts';
import { datetimeWriter } from './datetime-writer.ts';
import { formatDecimal } from './write-decimal.ts';
import { float4Writer, float8Writer } from './float-writer.ts';

/** A value that is not null as Postgres' output function prints it under these settings. */
export type TextFormatter = (oid: number, value: Exclude<PgValue, null>) => string;

const MICROS_PER_DAY = 86_400_000_000n;

export function textFormatter(settings: TextSettings): TextFormatter {
  const scratch = new Uint8Array(64);
  const written = (end: number): string => String.fromCharCode(...scratch.subarray(0, end));
  const datetime = datetimeWriter(settings);
  const float4 = float4Writer(settings.extraFloatDigits);
  const float8 = float8Writer(settings.extraFloatDigits);

  const timestamp = (micros: bigint, write: typeof datetime.timestamp): string => {
    if (micros === TIMESTAMP_INFINITY) return 'infinity';
    if (micros === -TIMESTAMP_INFINITY) return '-infinity';
    let days = micros / MICROS_PER_DAY;
    if (days * MICROS_PER_DAY > micros) days--;
    return written(write(scratch, 0, Number(days), Number(micros - days * MICROS_PER_DAY)));
  };

  const format: TextFormatter = (oid, value) => {
    switch (oid) {
      case OID.bool:
        return value ? 't' : 'f';
      case OID.float4:
        return written(float4(scratch, 0, value as number));
      case OID.float8:
        return written(float8(scratch, 0, value as number));
      case OID.date:
        if (value === Infinity) return 'infinity';
        return value === -Infinity ? '-infinity' : written(datetime.date(scratch, 0, value as number));
      case OID.time:
        return written(datetime.time(scratch, 0, Number(value as bigint)));
      case OID.timestamp:
        return timestamp(value as bigint, datetime.timestamp);
      case OID.timestamptz:
        return timestamp(value as bigint, datetime.timestamptz);
      default:
        if (typeof value === 'string') {
          if (settings.extraFloatDigits > 0 || !isShape(oid)) return value;
          return value.replace(/[^(),<>{}[\]]+/g, (number) => written(float8(scratch, 0, Number(number))));
        }
        if (value instanceof Uint8Array) return formatBytea(value, settings.byteaOutput);
        return typeof value === 'object' ? structured(value) : value.toString();
    }
  };
  const structured = (value: PgNumeric | PgInterval | PgArray): string => {
    if (value.kind === 'numeric') {
      return 'special' in value ? value.special : formatDecimal(value.unscaled, value.scale);
    }
    if (value.kind === 'interval') return formatInterval(value, settings.intervalStyle);
    const { elementOid, dimensions, elements } = value;
    return formatArray(
      dimensions,
      elements.map((element) => (element === null ? null : format(elementOid, element))),
    );
  };
  return format;
}
