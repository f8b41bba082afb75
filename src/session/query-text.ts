import { nowMicroseconds } from '../base/now-microseconds.ts';
import type { Database, StatementContext, Transaction } from '../query/query.ts';
import type { Grammar } from '../sql/grammar.ts';
import { splitStatements } from '../sql/split-statements.ts';
import { splitRows } from './text-rows.ts';

const NO_PARAMETERS = { formats: [], values: [] };

/**
 * Runs one query of the gateway's own, under the session's role and settings, and returns its rows as text. Without an
 * open transaction it has one of its own.
 */
export async function queryText(
  database: Database,
  grammar: Grammar,
  context: StatementContext,
  text: string,
): Promise<readonly (readonly (string | null)[])[]> {
  const [statement] = splitStatements(grammar, text);
  const prepared = await database.prepare(statement!, [], context);
  const own = context.transaction === undefined ? await database.begin(reading()) : undefined;
  try {
    return await readAll((own ?? context.transaction)!, prepared, context);
  } finally {
    await own?.rollback();
  }
}

async function readAll(
  transaction: Transaction,
  prepared: Awaited<ReturnType<Database['prepare']>>,
  context: StatementContext,
): Promise<(string | null)[][]> {
  const { signal } = new AbortController();
  const execution = await transaction.execute(prepared, NO_PARAMETERS, [], context, signal);
  const rows: (string | null)[][] = [];
  try {
    for (let batch = await execution.rows?.next(); batch !== undefined; batch = await execution.rows?.next())
      for (const row of splitRows(batch.bytes))
        rows.push(row.map((value) => (value === null ? null : Buffer.from(value).toString('utf8'))));
  } finally {
    await execution.rows?.close();
  }
  return rows;
}

function reading(): Transaction['context'] {
  return { readOnly: true, isolation: 'read committed', startedAt: nowMicroseconds() };
}

/** A text constant as SQL. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? ` E${quoted}` : quoted;
}
