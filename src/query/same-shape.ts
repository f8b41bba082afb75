import type { Field } from '../pgtype/pgtype.ts';

/** Whether a statement that was analysed again still returns what its client was told. */
export function sameShape(before: readonly Field[] | null, after: readonly Field[] | null): boolean {
  if (before === null || after === null) return before === after;
  return (
    before.length === after.length &&
    before.every((field, index) => {
      const other = after[index];
      return (
        other !== undefined &&
        field.name === other.name &&
        field.typeOid === other.typeOid &&
        field.typmod === other.typmod
      );
    })
  );
}
