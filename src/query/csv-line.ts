import type { SqlError } from '../base/sql-error.ts';
import type { Type } from '../iceberg/iceberg.ts';
import { dataRowValues } from '../postgres/read-reply.ts';
import { REFUSED_ARRAY } from './temporary/export-expression.ts';

/** Values that Postgres exported (a DataRow message of texts) as a line of the file that `csvSource` reads. */
export function csvLine(row: Uint8Array, types: readonly Type[], refusedArray: () => SqlError): string {
  const fields = dataRowValues(row).map((value, index) => {
    if (value === null) return '\\N';
    const text = Buffer.from(value).toString('utf8');
    const type = types[index];
    if (text === REFUSED_ARRAY && typeof type === 'object' && type.kind === 'list') throw refusedArray();
    return `"${text.replaceAll('"', '""')}"`;
  });
  return `${fields.join(',')}\n`;
}
