/**
 * array_out. `elements` are texts in row-major order, null for NULL; `dimensions` as in PgArray. Bounds are printed
 * only where a lower bound is not 1.
 */
export function formatArray(
  dimensions: readonly { readonly length: number; readonly lowerBound: number }[],
  elements: readonly (string | null)[],
): string {
  if (elements.length === 0) return '{}';
  const bounds = dimensions.some(({ lowerBound }) => lowerBound !== 1)
    ? `${dimensions.map(({ length, lowerBound }) => `[${lowerBound}:${lowerBound + length - 1}]`).join('')}=`
    : '';
  let next = 0;
  const level = (depth: number): string => {
    const { length } = dimensions[depth]!;
    const items = [];
    for (let i = 0; i < length; i++) {
      items.push(depth + 1 < dimensions.length ? level(depth + 1) : quoteArrayElement(elements[next++]!));
    }
    return `{${items.join(',')}}`;
  };
  return bounds + level(0);
}

/** One element of an array literal; null is NULL. */
export function quoteArrayElement(text: string | null): string {
  if (text === null) return 'NULL';
  if (text !== '' && !/[{},"\\ \t\n\v\f\r]/.test(text) && !/^null$/i.test(text)) return text;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
