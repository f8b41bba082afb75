/** bytea and uuid. */
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import { raise } from './raise.ts';
import type { ScalarTemplate } from './template.ts';

const length: ScalarTemplate = ([a]) => ({ sql: `CAST(octet_length(${a!.sql}) AS INTEGER)` });

/** encode: hex, or base64 up to the 57 bytes that Postgres writes into one line. */
const encoded: ScalarTemplate = ([bytes, format], call) => {
  if (format!.constant === 'hex') return { sql: `lower(hex(${bytes!.sql}))` };
  if (format!.constant !== 'base64')
    throw unsupportedCall(call, 'only the constant formats hex and base64 are supported');
  return {
    sql: once(
      [bytes!.sql],
      (x) =>
        `CASE WHEN octet_length(${x}) <= 57 THEN to_base64(${x}) ELSE ${raise('0A000', `octet_length(${x})`, 'INTEGER')}::VARCHAR END`,
    ),
  };
};

/** Bytes of another encoding are not made here. */
const toUtf8: ScalarTemplate = ([value, encoding], call) => {
  if (typeof encoding!.constant !== 'string' || !/^utf-?8$/i.test(encoding!.constant))
    throw unsupportedCall(call, 'only the constant encoding UTF8 is supported');
  return { sql: `encode(${value!.sql})` };
};

export const binaryFunctions: Readonly<Record<string, ScalarTemplate>> = {
  'byteacat(bytea,bytea)': ([a, b]) => ({ sql: `(${a!.sql} || ${b!.sql})` }),
  'encode(bytea,text)': encoded,
  'convert_to(text,name)': toUtf8,
  'length(bytea)': length,
  'octet_length(bytea)': length,
  'bit_length(bytea)': ([a]) => ({ sql: `CAST(octet_length(${a!.sql}) * 8 AS INTEGER)` }),
  'md5(bytea)': ([a]) => ({ sql: `md5(${a!.sql})` }),
  'sha256(bytea)': ([a]) => ({ sql: `unhex(sha256(${a!.sql}))` }),
  'bytea_larger(bytea,bytea)': ([a, b]) => ({
    sql: once([a!.sql, b!.sql], (x, y) => `CASE WHEN ${x} > ${y} THEN ${x} WHEN ${x} <= ${y} THEN ${y} END`),
  }),
};
