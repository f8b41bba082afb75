import { SqlError } from '../base/sql-error.ts';
import { foreignDialect } from './foreign-dialect.ts';

/** Spellings that Postgres has no use for; texts without any are not looked at. */
const TELLTALE =
  /`|\[[a-z_]|\btop\s*\(?\s*\d|\bqualify\b|\blimit\s+\d+\s*,|\blateral\s+view\b|\bstruct\s*<|\bsafe_cast\b|\bminus\b|\bpivot\b/i;

/** How long a syntax error may wait for its hint. */
const DEADLINE_MS = 2_000;

/**
 * A syntax error with a hint that names the other database whose SQL the text is, where that can be told in time. Any
 * other error comes back as it is.
 */
export async function dialectHint(error: unknown, text: string): Promise<unknown> {
  if (!(error instanceof SqlError) || error.sqlstate !== '42601' || error.fields.hint !== undefined) return error;
  if (!TELLTALE.test(text)) return error;
  const dialect = await foreignDialect(text, DEADLINE_MS);
  if (dialect === undefined) return error;
  return error.with({ hint: `This is valid in ${dialect}; the gateway speaks PostgreSQL's SQL.` });
}
