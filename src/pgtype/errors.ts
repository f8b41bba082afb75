import { SqlError } from '../base/sql-error.ts';

/** 22P02, as a type's input function words it. */
export function invalidInputSyntax(type: string, text: string): SqlError {
  return new SqlError({ sqlstate: '22P02', message: `invalid input syntax for type ${type}: "${text}"` });
}

/** 22007: a date or time that cannot be read. */
export function invalidDatetime(type: string, text: string): SqlError {
  return new SqlError({ sqlstate: '22007', message: `invalid input syntax for type ${type}: "${text}"` });
}

/** 22008: a well-formed date or time whose fields are out of range. */
export function datetimeFieldOverflow(text: string): SqlError {
  return new SqlError({ sqlstate: '22008', message: `date/time field value out of range: "${text}"` });
}

/** 22003 of the integer and floating-point input functions. */
export function outOfRange(type: string, text: string): SqlError {
  return new SqlError({
    sqlstate: '22003',
    message:
      type === 'real' || type === 'double precision'
        ? `"${text}" is out of range for type ${type}`
        : `value "${text}" is out of range for type ${type}`,
  });
}

/** 22012. */
export function divisionByZero(): SqlError {
  return new SqlError({ sqlstate: '22012', message: 'division by zero' });
}

/** 22P03: a binary value whose length or contents do not fit its type. */
export function invalidBinary(message: string): SqlError {
  return new SqlError({ sqlstate: '22P03', message });
}

/** 08P01: a binary value that ends early (pq_getmsg*). */
export function insufficientData(): SqlError {
  return new SqlError({ sqlstate: '08P01', message: 'insufficient data left in message' });
}

/** 22021: text that is not UTF-8, or holds a zero byte. */
export function invalidEncoding(bytes: Uint8Array, offset: number, length: number): SqlError {
  const hex = [...bytes.subarray(offset, offset + length)].map((b) => `0x${b.toString(16).padStart(2, '0')}`);
  return new SqlError({
    sqlstate: '22021',
    message: `invalid byte sequence for encoding "UTF8": ${hex.join(' ')}`,
  });
}

/** 42883: a type that has no binary form here. */
export function noBinaryForm(oid: number, direction: 'input' | 'output'): SqlError {
  return new SqlError({
    sqlstate: '42883',
    message: `no binary ${direction} function available for type with oid ${oid}`,
    hint: 'use the text format for this value',
  });
}

/** 22001, as varchar(n) and char(n) word it. */
export function valueTooLong(type: string, limit: number): SqlError {
  return new SqlError({ sqlstate: '22001', message: `value too long for type ${type}(${limit})` });
}

/** 22003 of numeric(p, s). */
export function numericFieldOverflow(precision: number, scale: number, isInfinite: boolean): SqlError {
  const power = precision - scale;
  const field = `A field with precision ${precision}, scale ${scale}`;
  return new SqlError({
    sqlstate: '22003',
    message: 'numeric field overflow',
    detail: isInfinite
      ? `${field} cannot hold an infinite value.`
      : `${field} must round to an absolute value less than ${power === 0 ? '1' : `10^${power}`}.`,
  });
}

/** 22026 of bit(n). */
export function bitLengthMismatch(length: number, limit: number): SqlError {
  return new SqlError({
    sqlstate: '22026',
    message: `bit string length ${length} does not match type bit(${limit})`,
  });
}

/** 22001 of bit varying(n). */
export function bitStringTooLong(limit: number): SqlError {
  return new SqlError({ sqlstate: '22001', message: `bit string too long for type bit varying(${limit})` });
}
