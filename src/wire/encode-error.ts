import type { SqlErrorFields } from '../base/sql-error.ts';
import type { MessageWriter } from './message-writer.ts';

/** The fields of ErrorResponse (`E`) and NoticeResponse (`N`), in the order PostgreSQL sends them (send_message_to_frontend). */
export function encodeError(
  writer: MessageWriter,
  type: 'E' | 'N',
  error: Omit<SqlErrorFields, 'severity'> & { readonly severity?: string },
): void {
  const severity = error.severity ?? 'ERROR';
  writer.begin(type);
  const field = (code: string, value: string | number | undefined): void => {
    if (value !== undefined) writer.byte(code.charCodeAt(0)).string(String(value));
  };
  field('S', severity);
  field('V', severity);
  field('C', error.sqlstate);
  field('M', error.message);
  field('D', error.detail);
  field('H', error.hint);
  field('W', error.where);
  field('s', error.schema);
  field('t', error.table);
  field('c', error.column);
  field('d', error.dataType);
  field('n', error.constraint);
  field('P', error.position);
  field('p', error.internalPosition);
  field('q', error.internalQuery);
  field('F', error.file);
  field('L', error.line);
  field('R', error.routine);
  writer.byte(0).end();
}
