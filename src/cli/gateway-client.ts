import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { DatabaseError, parse, serialize } from 'pg-protocol';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import { ScramClient } from './scram-client.ts';

export type Address = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Asked for by SCRAM-SHA-256; never sent as it is. */
  readonly password?: string;
};

/** What a simple query answers, in order; an error is thrown when the server is ready again. */
export type Answer =
  | { readonly kind: 'fields'; readonly names: readonly string[]; readonly typeOids: readonly number[] }
  | { readonly kind: 'row'; readonly values: readonly (string | null)[] }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'notice'; readonly severity: string; readonly message: string };

export type Rows = { readonly rows: readonly (readonly (string | null)[])[]; readonly tag: string };

type SaslMessage = { readonly name: string; readonly data?: string };

/** Messages read ahead of whoever takes them. */
const READ_AHEAD = 1000;

/** A plain Postgres client: the simple protocol, text values, no encryption; rows are read as fast as they are taken. */
export class GatewayClient {
  readonly #socket: Socket;
  readonly #messages: BackendMessage[] = [];
  #wake: () => void = () => {};
  #closed: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const close = (error: Error): void => {
      this.#closed ??= error;
      this.#wake();
    };
    socket.on('error', close);
    socket.on('close', () => close(new Error('the server closed the connection')));
    void parse(socket, (message) => {
      this.#messages.push(message as BackendMessage);
      if (this.#messages.length > READ_AHEAD) socket.pause();
      this.#wake();
    });
  }

  /** Resolves once the server is ready; rejects with the system's error or the server's. */
  static async connect({ host, port, user, database, password }: Address): Promise<GatewayClient> {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    const client = new GatewayClient(socket);
    socket.write(serialize.startup({ user, database, application_name: 'bergwire sql', client_encoding: 'UTF8' }));
    try {
      for await (const _ of client.#untilReady(password)) void _;
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return client;
  }

  /** Runs the statements of one text. The next run begins when this one was read to its end. */
  async *run(text: string): AsyncGenerator<Answer, void, undefined> {
    this.#socket.write(serialize.query(text));
    yield* this.#untilReady();
  }

  /** Runs a text whose last result is small. */
  async rows(text: string): Promise<Rows> {
    let rows: (readonly (string | null)[])[] = [];
    let tag = '';
    for await (const answer of this.run(text)) {
      if (answer.kind === 'fields') rows = [];
      else if (answer.kind === 'row') rows.push(answer.values);
      else if (answer.kind === 'tag') tag = answer.tag;
    }
    return { rows, tag };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.end(serialize.end());
    this.#socket.resume();
    await once(this.#socket, 'close').catch(() => undefined);
  }

  async *#untilReady(password?: string): AsyncGenerator<Answer, void, undefined> {
    let failure: Error | undefined;
    let scram: ScramClient | undefined;
    for (;;) {
      const message = await this.#next(failure);
      if (message instanceof DatabaseError) failure ??= message;
      if (message.name === 'readyForQuery') break;
      if (message.name.startsWith('authentication') && message.name !== 'authenticationOk')
        scram = this.#authenticate(message as SaslMessage, scram, password);
      const answer = answerOf(message);
      if (answer) yield answer;
    }
    if (failure) throw failure;
  }

  #authenticate(
    { name, data }: SaslMessage,
    scram: ScramClient | undefined,
    password: string | undefined,
  ): ScramClient {
    if (name === 'authenticationSASL' && password !== undefined) {
      const started = new ScramClient(password);
      this.#socket.write(serialize.sendSASLInitialResponseMessage('SCRAM-SHA-256', started.first));
      return started;
    }
    if (password === undefined) throw new Error('the server asks for a password; set PGPASSWORD');
    if (scram === undefined)
      throw new Error('the server asks for a password in a way that is not spoken here; use psql');
    if (name === 'authenticationSASLContinue')
      this.#socket.write(serialize.sendSCRAMClientFinalMessage(scram.final(data ?? '')));
    else scram.check(data ?? '');
    return scram;
  }

  async #next(failure: Error | undefined): Promise<BackendMessage> {
    while (this.#messages.length === 0) {
      if (this.#closed) throw failure ?? this.#closed;
      this.#socket.resume();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#messages.shift()!;
  }
}

function answerOf(message: BackendMessage): Answer | undefined {
  const raw = message as BackendMessage & Record<string, unknown>;
  switch (message.name) {
    case 'rowDescription': {
      const fields = raw.fields as readonly { name: string; dataTypeID: number }[];
      return {
        kind: 'fields',
        names: fields.map((field) => field.name),
        typeOids: fields.map((field) => field.dataTypeID),
      };
    }
    case 'dataRow':
      return { kind: 'row', values: raw.fields as readonly (string | null)[] };
    case 'commandComplete':
      return { kind: 'tag', tag: String(raw.text) };
    case 'notice':
      return { kind: 'notice', severity: String(raw.severity), message: String(raw.message) };
    default:
      return undefined;
  }
}
