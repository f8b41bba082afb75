/** bytea and uuid. */
import { once } from './once.ts';
import type { ScalarTemplate } from './template.ts';

const length: ScalarTemplate = ([a]) => ({ sql: `CAST(octet_length(${a!.sql}) AS INTEGER)` });

export const binaryFunctions: Readonly<Record<string, ScalarTemplate>> = {
  'byteacat(bytea,bytea)': ([a, b]) => ({ sql: `(${a!.sql} || ${b!.sql})` }),
  'length(bytea)': length,
  'octet_length(bytea)': length,
  'bit_length(bytea)': ([a]) => ({ sql: `CAST(octet_length(${a!.sql}) * 8 AS INTEGER)` }),
  'md5(bytea)': ([a]) => ({ sql: `md5(${a!.sql})` }),
  'sha256(bytea)': ([a]) => ({ sql: `unhex(sha256(${a!.sql}))` }),
  'bytea_larger(bytea,bytea)': ([a, b]) => ({
    sql: once([a!.sql, b!.sql], (x, y) => `CASE WHEN ${x} > ${y} THEN ${x} WHEN ${x} <= ${y} THEN ${y} END`),
  }),
};
