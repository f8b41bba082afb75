/**
 * psql up to 16 asks for columns that PostgreSQL 17 renamed: pg_database.daticulocale and pg_collation.colliculocale.
 * Names are replaced outside quotes by the new ones, padded, so that positions stay.
 */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['daticulocale', 'datlocale'],
  ['colliculocale', 'colllocale'],
]);

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(?:daticulocale|colliculocale)\b/g;

export function oldPsqlColumns(text: string): string {
  if (!text.includes('iculocale')) return text;
  return text.replace(TOKEN, (token) => RENAMED.get(token)?.padEnd(token.length) ?? token);
}
