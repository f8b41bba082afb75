import type { DatabaseError } from 'pg-protocol';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { RawClient } from '../support/raw-client.ts';
import type { Target } from '../support/raw-client.ts';

/** What a server says to one statement. */
export type SqlReply = {
  /** Names and type oids; null where there are no rows. */
  readonly columns: readonly string[] | null;
  readonly rows: readonly string[];
  /** The command tag, or the error's SQLSTATE. */
  readonly tag: string;
  readonly sqlstate?: string;
  readonly message?: string;
  /** `I`, `T` or `E`. */
  readonly status: string;
};

/** Histories may run beside much else. */
const ANSWER_WITHIN_MS = 120_000;

/** One client: statements in text, with the lines that a COPY reads. */
export class SqlSession {
  readonly #client: RawClient;

  private constructor(client: RawClient) {
    this.#client = client;
  }

  static async open(target: Target): Promise<SqlSession> {
    return new SqlSession(await RawClient.ready(target));
  }

  async ask(sql: string, copied?: string): Promise<SqlReply> {
    this.#client.send(frontendBytes({ Query: sql }));
    // A server that wants no data ignores it.
    if (copied !== undefined) this.#client.send(frontendBytes({ CopyData: copied }), frontendBytes('CopyDone'));
    return replyOf(await this.#client.until('readyForQuery', ANSWER_WITHIN_MS));
  }

  /** Rows of a statement that must succeed, one text each, sorted. */
  async rows(sql: string): Promise<readonly string[]> {
    const { rows, sqlstate, message } = await this.ask(sql);
    if (sqlstate !== undefined) throw new Error(`${sqlstate} ${message}: ${sql}`);
    return rows.toSorted();
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }
}

function replyOf(messages: readonly BackendMessage[]): SqlReply {
  let reply: SqlReply = { columns: null, rows: [], tag: '', status: '' };
  const rows: string[] = [];
  for (const message of messages) {
    const fields = message as unknown as Readonly<Record<string, unknown>>;
    if (message.name === 'rowDescription') {
      const columns = fields['fields'] as readonly { readonly name: string; readonly dataTypeID: number }[];
      reply = { ...reply, columns: columns.map(({ name, dataTypeID }) => `${name} ${dataTypeID}`) };
    } else if (message.name === 'dataRow') {
      rows.push(JSON.stringify(fields['fields']));
    } else if (message.name === 'commandComplete') reply = { ...reply, tag: fields['text'] as string };
    else if (message.name === 'error') {
      const { code = '', message: text } = message as unknown as DatabaseError;
      reply = { ...reply, tag: code, sqlstate: code, message: text };
    } else if (message.name === 'readyForQuery') reply = { ...reply, status: fields['status'] as string };
  }
  return { ...reply, rows };
}
