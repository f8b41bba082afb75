import pg from 'pg';
import type { RealPostgres } from './real-postgres.ts';

type Server = Pick<RealPostgres, 'host' | 'port' | 'user' | 'database'>;

/** How much of errors and notices is looked at. */
export type AnswerDetail = 'sqlstates' | 'words';

/** What a client of one connection sees of each statement: rows as text, types, tags, errors (and notices, in words). */
export async function clientAnswers(
  { host, port, user, database }: Server,
  statements: readonly string[],
  detail: AnswerDetail = 'sqlstates',
): Promise<readonly unknown[]> {
  const client = new pg.Client({ host, port, user, database, types: { getTypeParser: () => (text: string) => text } });
  let heard: unknown[] = [];
  client.on('notice', ({ severity, code, message, detail: more, hint }) =>
    heard.push({ severity, code, message, more, hint }),
  );
  await client.connect();
  const seen: unknown[] = [];
  try {
    for (const text of statements) {
      const answered = await answer(client, text, detail);
      seen.push(detail === 'words' && heard.length > 0 ? { ...answered, notices: heard } : answered);
      heard = [];
    }
  } finally {
    await client.end();
  }
  return seen;
}

async function answer(client: pg.Client, text: string, detail: AnswerDetail): Promise<object> {
  try {
    const result = await client.query({ text, rowMode: 'array' });
    const fields = result.fields.map(({ name, dataTypeID, dataTypeModifier }) => ({
      name,
      dataTypeID: dataTypeID < FIRST_USER_OID ? dataTypeID : 'of users',
      dataTypeModifier,
    }));
    return { command: result.command, rowCount: result.rowCount, fields, rows: result.rows };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const { code: sqlstate, message, detail: more, hint, position } = error;
    return detail === 'words' ? { sqlstate, message, more, hint, position } : { sqlstate };
  }
}

const FIRST_USER_OID = 16384;
