import { sqlText } from '../base/sql-text.ts';

/** The engine's own limit for a line of a file, which it reads 16 times at once. */
const LINE_BYTES = 2 * 2 ** 20;

/** SQL of the engine that reads a file of lines by `csvLine` as texts; `longestLine` is in characters of JavaScript's. */
export function csvSource(file: string, names: readonly string[], longestLine: number): string {
  // Such a character is at most three bytes.
  const lineBytes = Math.max(LINE_BYTES, 3 * longestLine);
  return (
    `read_csv(${sqlText(file)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', ` +
    `nullstr = '\\N', allow_quoted_nulls = false, parallel = false, max_line_size = ${lineBytes}, buffer_size = ${16 * lineBytes}, ` +
    `columns = {${names.map((name) => `'${name}': 'VARCHAR'`).join(', ')}})`
  );
}
