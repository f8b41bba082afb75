import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';

/** What a server answered to one statement: columns and rows as it sent them, or the error. */
export type Reply =
  | {
      readonly columns: readonly { readonly name: string; readonly typeOid: number; readonly typmod: number }[];
      readonly rows: readonly string[];
      readonly tag: string;
    }
  | { readonly sqlstate: string; readonly message: string; readonly position: string | undefined };

/**
 * How the gateway's reply stands to PostgreSQL's. `refused` is an honest 0A000; `different` another answer, the one
 * thing that must not be; `spurious` an error where PostgreSQL answers; `missing` an answer where it raises; `sqlstate`
 * another error.
 */
export type Verdict = 'same' | 'refused' | 'different' | 'spurious' | 'missing' | 'sqlstate';

export type Comparison = { readonly verdict: Verdict; readonly expected: Reply; readonly actual: Reply };

export type Parameters = { readonly values: readonly (string | null)[]; readonly binary?: boolean };

/** The same tables in a real PostgreSQL and in the gateway, and the same statements asked of both. */
export type Twin = {
  compare(sql: string, ordered: boolean, parameters?: Parameters): Promise<Comparison>;
  /** Runs a statement on both; an error of either is raised. */
  run(sql: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function openTwin(tables: readonly string[], flags: readonly string[] = []): Promise<Twin> {
  const server = await startPostgres();
  const gateway = await startGateway({ flags });
  const { host, port, user, database } = gateway;
  const clients = [
    new pg.Client({ connectionString: server.connectionString }),
    new pg.Client({ host, port, user, database }),
  ] as const;
  for (const client of clients) await client.connect();
  const run = async (sql: string): Promise<void> => {
    for (const client of clients) await client.query(sql);
  };
  for (const statement of tables) await run(statement);
  return {
    run,
    async compare(sql, ordered, parameters) {
      const [expected, actual] = await Promise.all(clients.map((client) => replyTo(client, sql, parameters)));
      return { verdict: judge(expected!, actual!, ordered), expected: expected!, actual: actual! };
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.end();
      await gateway[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function replyTo(client: pg.Client, sql: string, parameters: Parameters | undefined): Promise<Reply> {
  try {
    const result = await client.query<(Buffer | string | null)[]>({
      text: sql,
      rowMode: 'array',
      types: AS_SENT,
      ...(parameters === undefined ? {} : { values: [...parameters.values], binary: parameters.binary ?? false }),
    });
    return {
      columns: result.fields.map(({ name, dataTypeID, dataTypeModifier }) => ({
        name,
        typeOid: dataTypeID,
        typmod: dataTypeModifier,
      })),
      rows: result.rows.map((row) => row.map(cell).join(' | ')),
      tag: `${result.command} ${result.rowCount ?? ''}`,
    };
  } catch (error) {
    const { code, message, position } = error as pg.DatabaseError;
    if (code === undefined) throw error;
    return { sqlstate: code, message, position };
  }
}

const AS_SENT: pg.CustomTypesConfig = { getTypeParser: (() => (value: Buffer | string) => value) as never };

function cell(value: Buffer | string | null): string {
  if (value === null) return '∅';
  if (typeof value !== 'string') return value.toString('hex');
  return value === '' ? "''" : value;
}

function judge(expected: Reply, actual: Reply, ordered: boolean): Verdict {
  if ('sqlstate' in actual) {
    if ('sqlstate' in expected) return expected.sqlstate === actual.sqlstate ? 'same' : 'sqlstate';
    return actual.sqlstate === '0A000' ? 'refused' : 'spurious';
  }
  if ('sqlstate' in expected) return 'missing';
  return shown(expected, ordered) === shown(actual, ordered) ? 'same' : 'different';
}

function shown(reply: Exclude<Reply, { sqlstate: string }>, ordered: boolean): string {
  return JSON.stringify([reply.columns, ordered ? reply.rows : reply.rows.toSorted(), reply.tag]);
}
