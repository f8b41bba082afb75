/**
 * An embedded Postgres that one session has to itself: its temporary tables, views, sequences, types and functions.
 *
 * It runs what the client wrote, so nobody in it may be more than an ordinary role. `lock` sees to that for good: the
 * instance's own superuser (oid 10, the authenticated user) is given another oid in the very statement that makes the
 * session's role the current one. From then on there is no superuser that anything runs as, SET SESSION AUTHORIZATION
 * is refused for every name, RESET leads nowhere, and no way leads back; the gateway itself works as that role too.
 */
import { rm } from 'node:fs/promises';
import { SqlError } from '../../base/sql-error.ts';
import { freshDataDirectory, type DataDirectoryOptions } from '../data-directory.ts';
import { cannotOpen, temporaryObjectsLost } from '../errors.ts';
import { PostgresProcess, type SendOptions } from '../postgres-process.ts';
import { quoteIdentifier, quoteLiteral } from '../quote.ts';
import { readReply, type Answer } from '../read-reply.ts';
import { RelationMirror } from '../relation-mirror.ts';
import { hiddenSchema } from '../hidden-schema.ts';
import {
  closePortal,
  copyFromStdin,
  failedCopyFromStdin,
  describeStatement,
  executePortal,
  query,
  request,
  runPortal,
} from '../request.ts';
import type { Parameters } from '../request.ts';

/** Node's timers end here; the statement's own timeout ends the request before. */
const NO_LIMIT_MS = 2 ** 31 - 1;
const OWN_REQUEST_MS = 30_000;

export type PrivateOptions = Omit<DataDirectoryOptions, 'purpose'> & {
  /** How long a cancelled statement may go on before the instance is ended. */
  readonly cancelGraceMs: number;
  /** An instance that has grown beyond is ended, and its objects with it. */
  readonly memoryLimitBytes: number;
};

export class PrivatePostgres {
  readonly #directory: string;
  readonly #process: PostgresProcess;
  readonly #cancelGraceMs: number;
  readonly #memoryLimitBytes: number;
  #role: string | undefined;
  #mirror: RelationMirror;
  /** Portals that came to their end. */
  #ended: string[] = [];
  /** The mirror asks for several things at once; the instance does one. */
  #defining: Promise<unknown> = Promise.resolve();

  private constructor(
    directory: string,
    opened: PostgresProcess,
    { cancelGraceMs, memoryLimitBytes }: Pick<PrivateOptions, 'cancelGraceMs' | 'memoryLimitBytes'>,
  ) {
    this.#directory = directory;
    this.#process = opened;
    this.#cancelGraceMs = cancelGraceMs;
    this.#memoryLimitBytes = memoryLimitBytes;
    this.#mirror = this.#newMirror();
  }

  /** An instance that belongs to nobody yet (0.4-0.6 s, 130 MB). */
  static async open(options: PrivateOptions): Promise<PrivatePostgres> {
    try {
      const directory = await freshDataDirectory({ ...options, purpose: 'private' });
      const opened = await PostgresProcess.open({ dataDirectory: directory, database: options.database });
      return new PrivatePostgres(directory, opened, options);
    } catch (error) {
      throw cannotOpen(options.folder, error);
    }
  }

  /** The role that everything runs as; undefined before `lock`. */
  get role(): string | undefined {
    return this.#role;
  }

  get isAlive(): boolean {
    return this.#process.isAlive;
  }

  get memoryBytes(): number {
    return this.#process.memoryBytes;
  }

  /** Makes the role the only one that anything here can run as, for as long as the instance lives. */
  async lock(role: string): Promise<void> {
    const known = await this.command(`SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role)}`);
    if (known.at(-1)?.rows.length === 0) await this.command(`CREATE ROLE ${quoteIdentifier(role)} LOGIN`);
    // Verified: where the session authorization was never set, ROLLBACK does not undo it (see postgres-lane.ts).
    await this.command('SET SESSION AUTHORIZATION postgres');
    await this.command(`DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), ${quoteLiteral(role)});
      EXECUTE format('REVOKE CREATE ON DATABASE %I FROM %I', current_database(), ${quoteLiteral(role)});
      EXECUTE format('ALTER ROLE %I NOCREATEROLE', ${quoteLiteral(role)});
    END $$`);
    await this.command(
      `WITH renumbered AS (UPDATE pg_catalog.pg_authid SET oid = 9999 WHERE oid = 10 RETURNING 1)
       SELECT pg_catalog.bergwire_set_config('session_authorization', ${quoteLiteral(role)}, false) FROM renumbered`,
    );
    this.#role = role;
  }

  /**
   * Lets `work` make relations that stand for tables of the catalog, so that listings show them. They belong to the role,
   * which may neither read them (they are empty) nor make others. Outside of transactions only.
   */
  async define(work: (mirror: RelationMirror) => Promise<void>): Promise<void> {
    await this.command(rights('GRANT', 'TO'));
    try {
      await work(this.#mirror);
    } finally {
      await this.#defining;
      await this.command(rights('REVOKE', 'FROM'));
    }
  }

  /** Takes away what the role made, as far as it can be taken away. */
  async clean(): Promise<void> {
    await this.command('ROLLBACK');
    await this.command('DISCARD ALL');
    await this.command('DROP OWNED BY current_user CASCADE');
    this.#mirror = this.#newMirror();
  }

  #newMirror(): RelationMirror {
    return new RelationMirror((messages) => {
      const turn = this.#defining.then(() => this.#send([Buffer.from(messages())], undefined, OWN_REQUEST_MS));
      this.#defining = turn.catch(() => undefined);
      return turn;
    }, undefined);
  }

  /** Statements of the gateway's own, without parameters; raises the first error. */
  async command(text: string): Promise<readonly Answer[]> {
    const answers = await this.#send([query(text)], undefined, OWN_REQUEST_MS);
    for (const { error } of answers) if (error) throw error;
    return answers;
  }

  /** BEGIN; now() is `startedAt`, microseconds since 1970. */
  async begin(text: string, startedAt: bigint): Promise<void> {
    const opening = { opening: request(query(text)), openedAt: startedAt };
    const answers = await this.#send([query('SELECT')], undefined, OWN_REQUEST_MS, opening);
    for (const { error } of answers) if (error) throw error;
  }

  /** Parse and Describe. */
  async describe(text: string, parameterOids: readonly number[], signal?: AbortSignal): Promise<Answer> {
    return await this.#answer([describeStatement(text, parameterOids)], signal);
  }

  /** Runs a statement in a portal of that name, as far as `maxRows` rows. Within a transaction the portal stays open. */
  async run(
    text: string,
    parameters: Parameters,
    resultFormats: readonly (0 | 1)[],
    portal: { readonly name: string; readonly maxRows: number },
    signal: AbortSignal,
  ): Promise<Answer> {
    return this.#afterRows(portal, await this.#answer([runPortal(text, parameters, resultFormats, portal)], signal));
  }

  /** More rows of an open portal; its tag is empty where there may be even more. */
  async more(portal: { readonly name: string; readonly maxRows: number }, signal: AbortSignal): Promise<Answer> {
    return this.#afterRows(portal, await this.#answer([executePortal(portal)], signal));
  }

  /** `copy` is a COPY ... FROM STDIN; all of its rows go in this one request. */
  async copyIn(copy: string, rows: readonly Uint8Array[], signal: AbortSignal): Promise<Answer> {
    return await this.#answer([copyFromStdin(copy, rows)], signal);
  }

  /** One statement of the client's in the simple protocol, for COPY ... TO STDOUT; all of it is in memory. */
  async query(text: string, signal: AbortSignal): Promise<Answer> {
    return await this.#answer([query(text)], signal);
  }

  /** A COPY ... FROM STDIN that is begun and called off; the transaction is failed then. */
  async failedCopyIn(copy: string, signal: AbortSignal): Promise<Answer> {
    const [answer] = await this.#send([failedCopyFromStdin(copy)], signal, NO_LIMIT_MS);
    return answer!;
  }

  async end(): Promise<void> {
    await this.#process.end();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** A portal that has ended still keeps its tables in use: it is closed with the next request. */
  #afterRows({ name }: { readonly name: string }, answer: Answer): Answer {
    if (answer.tag !== '') this.#ended.push(name);
    return answer;
  }

  async #answer(messages: readonly Buffer[], signal: AbortSignal | undefined): Promise<Answer> {
    const [answer] = await this.#send(messages, signal, NO_LIMIT_MS);
    if (answer === undefined) {
      // The stack ended inside PGlite: its memory is not to be trusted.
      await this.end();
      throw temporaryObjectsLost('54001', 'stack depth limit exceeded');
    }
    if (answer.error) throw answer.error;
    return answer;
  }

  /**
   * It cannot be interrupted: a statement that is cancelled may end by itself within the grace period; after that the
   * instance ends, and all temporary objects with it.
   */
  async #send(
    messages: readonly Buffer[],
    signal: AbortSignal | undefined,
    timeoutMs: number,
    opening: SendOptions = {},
  ): Promise<readonly Answer[]> {
    let timer: NodeJS.Timeout | undefined;
    const abort = (): void => {
      timer = setTimeout(() => void this.#process.end(), this.#cancelGraceMs);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const closes = this.#ended.splice(0).map(closePortal);
      const reply = await this.#process.send(request(...closes, ...messages), timeoutMs, opening);
      if (this.memoryBytes > this.#memoryLimitBytes) {
        await this.end();
        throw temporaryObjectsLost(
          '53200',
          `temporary objects took more than ${this.#memoryLimitBytes} bytes of memory`,
        );
      }
      return readReply(reply);
    } catch (error) {
      if (this.#process.isAlive) throw error;
      await this.end();
      if (signal?.aborted) throw temporaryObjectsLost('57014', 'canceling statement due to user request');
      throw error instanceof SqlError ? temporaryObjectsLost(error.sqlstate, error.message) : error;
    } finally {
      signal?.removeEventListener('abort', abort);
      clearTimeout(timer);
    }
  }
}

/** Gives the owner of the database the right to make schemas and tables, or takes it, and with it that to read them. */
function rights(verb: 'GRANT' | 'REVOKE', preposition: 'TO' | 'FROM'): string {
  return `DO $$ DECLARE named text; BEGIN
    EXECUTE pg_catalog.format('${verb} CREATE ON DATABASE %I ${preposition} current_user', pg_catalog.current_database());
    ${verb} CREATE ON SCHEMA public, ${hiddenSchema} ${preposition} pg_database_owner;
    FOR named IN SELECT n.oid::pg_catalog.regnamespace::pg_catalog.text FROM pg_catalog.pg_namespace n
      WHERE n.nspowner = current_user::pg_catalog.regrole LOOP
      EXECUTE '${verb} CREATE ON SCHEMA ' || named || ' ${preposition} current_user';
    END LOOP;
    ${verb === 'GRANT' ? '' : REVOKE_TABLES}
  END $$`;
}

/** Those whose rights nobody changed yet. */
const REVOKE_TABLES = `FOR named IN SELECT c.oid::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_class c
      WHERE c.relowner = current_user::pg_catalog.regrole AND c.relkind = 'r' AND c.relpersistence = 'p'
        AND c.relacl IS NULL LOOP
      EXECUTE 'REVOKE ALL ON TABLE ' || named || ' FROM current_user';
    END LOOP;`;
