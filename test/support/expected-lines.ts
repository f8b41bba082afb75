import { createHash } from 'node:crypto';

/** An Iceberg type as metadata writes it. */
export type TypeJson = string | { readonly type: string; readonly [key: string]: unknown };

/** A row as the fixtures' README encodes it: values joined by tab, nested ones as compact JSON. */
export function rowLine(values: readonly unknown[]): string {
  return values
    .map((value) => (value === null ? '\\N' : escaped(typeof value === 'string' ? value : compact(value))))
    .join('\t');
}

/** Lines in the order of their bytes. */
export function sortedLines(rows: readonly (readonly unknown[])[]): readonly string[] {
  return rows.map(rowLine).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

export function md5Of(lines: readonly string[]): string {
  return createHash('md5').update(lines.join('\n')).digest('hex');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** JSON without spaces; characters outside ASCII stay as they are. */
function compact(value: unknown): string {
  return JSON.stringify(value);
}
