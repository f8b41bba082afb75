import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { parse } from 'pg-protocol';
import type { DatabaseError } from 'pg-protocol';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import { frontendBytes, startupBytes } from './frontend-bytes.ts';

/** Where a Postgres server listens, and as whom to connect. */
export type Target = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
};

const ANSWER_WITHIN_MS = 20_000;

/** A connection that sends any bytes and reads answers with pg-protocol's parser. */
export class RawClient {
  readonly socket: Socket;
  /** Answers that were not taken yet. */
  readonly answers: BackendMessage[] = [];
  closed = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    const notify = (): void => this.#wake?.();
    parse(socket, (message) => {
      this.answers.push(message);
      notify();
    }).catch(() => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      notify();
    });
  }

  /** Connects without a word. */
  static async open(target: Pick<Target, 'host' | 'port'>): Promise<RawClient> {
    const socket = createConnection(target.port, target.host);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Connects and logs in; what the server says until it is ready is left in `answers`. */
  static async login(target: Target, parameters: Readonly<Record<string, string>> = {}): Promise<RawClient> {
    const client = await RawClient.open(target);
    client.send(startupBytes({ user: target.user, database: target.database, ...parameters }));
    return client;
  }

  /** Logs in and waits until the session is ready. */
  static async ready(target: Target): Promise<RawClient> {
    const client = await RawClient.login(target);
    await client.until('readyForQuery');
    return client;
  }

  send(...bytes: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(bytes));
  }

  /** The answers up to and with the next one of this name, or to the end of the connection. */
  async until(name: string, withinMs = ANSWER_WITHIN_MS): Promise<BackendMessage[]> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const at = this.answers.findIndex((answer) => answer.name === name);
      if (at !== -1) return this.answers.splice(0, at + 1);
      if (this.closed) return this.answers.splice(0);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no ${name}; so far ${JSON.stringify(this.answers)}`);
      await this.#news(left);
    }
  }

  /** Runs a text and gives the names of the answers. */
  async query(text: string): Promise<string[]> {
    this.send(frontendBytes({ Query: text }));
    return (await this.until('readyForQuery')).map(({ name }) => name);
  }

  /** The next error; fails where the connection ends without one. */
  async error(): Promise<DatabaseError> {
    const answers = await this.until('error');
    const last = answers.at(-1);
    if (last?.name !== 'error') throw new Error(`no error, but ${JSON.stringify(answers)}`);
    return last as unknown as DatabaseError;
  }

  /** Resolves when the server closed the connection. */
  async end(): Promise<void> {
    while (!this.closed) await this.#news(ANSWER_WITHIN_MS);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  async #news(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
