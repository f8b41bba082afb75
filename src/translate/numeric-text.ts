/**
 * Numerics in two forms. Computed with they are a DECIMAL and the scale that Postgres would show (Value.decimal). As
 * they come from a column without a precision, from a parameter, from Postgres, or as a constant that no DECIMAL
 * holds, they are the text that numeric_out prints: exact, of any size, NaN and infinities too. Such a Value has no
 * decimal and is marked by the Iceberg type that it is stored as, `nested: 'string'`.
 */
import type { Type } from '../iceberg/iceberg.ts';
import { OID } from '../pgtype/oid.ts';
import { decimalOfTypmod } from './decimal-of-typmod.ts';
import { unsupported } from './errors.ts';
import { once } from './function/once.ts';
import { numericText } from './function/text-output.ts';
import { raise } from './function/raise.ts';
import type { Decimal, Term } from './function/template.ts';
import type { Value } from './scope.ts';

export function isNumericText(value: Pick<Value, 'typeOid' | 'nested'>): boolean {
  return value.typeOid === OID.numeric && value.nested === 'string';
}

/** Digits after the point, and before it, that are computed with. */
const MAX_SCALE = 20;
const MAX_WHOLE = 18;

/** To compute with: what does not fit raises 0A000, a constant at once. Values of other types are unchanged. */
export function decimalForm<T extends Value | Term>(value: T, location?: number): T {
  if (!isNumericText(value)) return value;
  if (value.constant !== undefined && value.constant !== null)
    throw unsupported('computing with a numeric of more than 38 digits, NaN or infinity', location);
  const text = value.sql;
  const declared = decimalOfTypmod(value.typmod);
  if (declared !== undefined)
    return { ...value, sql: textAsDecimal(text, declared), nested: undefined, decimal: declared };
  const scale = `CAST(CASE WHEN contains(${text}, '.') THEN length(${text}) - instr(${text}, '.') ELSE 0 END AS INTEGER)`;
  const type = `DECIMAL(38,${MAX_SCALE})`;
  const sql = once([text], (x) => {
    const whole = `length(split_part(replace(${x}, '-', ''), '.', 1)) > ${MAX_WHOLE}`;
    const part = `length(split_part(${x}, '.', 2)) > ${MAX_SCALE}`;
    const message = `computing with a numeric of more than ${MAX_WHOLE} digits before or ${MAX_SCALE} after the point is not supported`;
    const special = `${x} IN ('NaN', 'Infinity', '-Infinity')`;
    return `CASE WHEN ${whole} OR ${part} OR ${special} THEN ${raise('0A000', x, type, message)} ELSE CAST(${x} AS ${type}) END`;
  });
  return {
    ...value,
    sql,
    nested: undefined,
    decimal: { precision: 38, scale: MAX_SCALE, displayScale: `(${scale})` },
  };
}

/** A DECIMAL of text that fits it but for NaN and infinities, which are 0A000. */
export function textAsDecimal(text: string, { precision, scale }: Pick<Decimal, 'precision' | 'scale'>): string {
  const type = `DECIMAL(${precision},${scale})`;
  const message = 'numeric NaN and infinity are not supported here';
  return once(
    [text],
    (x) =>
      `CASE WHEN ${x} IN ('NaN', 'Infinity', '-Infinity') THEN ${raise('0A000', x, type, message)} ELSE CAST(${x} AS ${type}) END`,
  );
}

/** VARCHAR SQL of a numeric's text. */
export function textForm(value: Value): string {
  if (isNumericText(value)) return value.sql;
  if (value.constant === null) return 'CAST(NULL AS VARCHAR)';
  if (value.decimal === undefined) throw new Error('a numeric without its scale');
  return numericText(value.sql, value.decimal);
}

/** An array of numerics whose elements are texts. */
export function numericTexts(sql: string): Value {
  const nested: Type = { kind: 'list', elementId: 0, element: 'string', elementRequired: false };
  return { sql, typeOid: NUMERIC_ARRAY, typmod: -1, nested };
}

const NUMERIC_ARRAY = 1231;
