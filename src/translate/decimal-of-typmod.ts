import type { Decimal } from './function/template.ts';

/** The DECIMAL of a numeric column with a typmod: numeric(p,s). */
export function decimalOfTypmod(typmod: number): Decimal | undefined {
  if (typmod < 4) return undefined;
  const precision = ((typmod - 4) >> 16) & 0xffff;
  const scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
  return precision > 38 || scale < 0 || scale > precision ? undefined : { precision, scale, displayScale: scale };
}
