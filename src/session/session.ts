/**
 * Room `session`: one client's state, from its first request to its last. It knows the protocol's order of things
 * (statements, portals, Sync), the transaction block, settings, cursors and timeouts; it knows neither sockets nor
 * what a query means: those are `wire` and `query`.
 *
 * Words: a *plan* is a statement that was parsed and described; a *portal* is a plan with parameters that is being
 * run; a *cursor* is a portal that SQL reads. A session is *ready* for a request, *draining* to the next Sync after
 * an error in the extended protocol, or *done*.
 *
 * Invariants: requests are handled one at a time, in order. `Session.#answerError` alone decides what an error does to
 * the transaction and to the connection. Rows are pulled only while the client takes them.
 */
import { SqlError } from '../base/sql-error.ts';
import { activityFacts } from './activity-facts.ts';
import { bindRequest } from './bind-request.ts';
import { closeRequest } from './close-request.ts';
import { describeRequest } from './describe-request.ts';
import { durationMs } from './duration.ts';
import {
  administratorShutdown,
  canceledByUser,
  connectionLost,
  idleInTransaction,
  idleSession,
  internalError,
  transactionTimeout,
} from './errors.ts';
import { executeRequest } from './execute-request.ts';
import { functionCall } from './function-call.ts';
import { parseRequest } from './parse-request.ts';
import type { Request } from './request.ts';
import type { SessionState } from './session-state.ts';
import { simpleQuery } from './simple-query.ts';

/** One client's session. Requests go in through `handle`, answers go to its Client. */
export class Session {
  readonly #state: SessionState;
  #phase: 'ready' | 'draining' | 'done' = 'ready';
  #busy = false;
  /** Set when the session is to end with this error as soon as it may. */
  #ending: { readonly error: SqlError; readonly when: 'idle' | 'now' } | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #transactionTimer: NodeJS.Timeout | undefined;

  constructor(state: SessionState) {
    this.#state = state;
    state.onNotified = () => this.#notified();
    const { host, processId, role } = state;
    host.sessions.join(processId, {
      role,
      activity: (mayKnow) => activityFacts(state, mayKnow),
      cancel: () => this.cancel(),
      terminate: () => this.shutdown('interrupt'),
    });
  }

  get done(): boolean {
    return this.#phase === 'done';
  }

  /** The first ReadyForQuery. */
  start(): void {
    this.#ready();
  }

  /**
   * Answers one request; `syncFollows` where the next one is known to be Sync. Undefined where it was answered at
   * once. Never rejects.
   */
  handle(request: Request, syncFollows: boolean): Promise<void> | undefined {
    if (this.#phase === 'done') return undefined;
    clearTimeout(this.#idleTimer);
    if (this.#phase === 'draining' && request.kind !== 'sync' && request.kind !== 'terminate') return undefined;
    this.#busy = true;
    this.#watchTransaction();
    let answering: Promise<void> | undefined;
    try {
      answering = this.#dispatch(request, syncFollows);
    } catch (error) {
      answering = this.#answerError(error, request);
    }
    if (answering !== undefined) return this.#wait(answering, request);
    this.#finish();
    return undefined;
  }

  async #wait(answering: Promise<void>, request: Request): Promise<void> {
    try {
      await answering;
    } catch (error) {
      await this.#answerError(error, request);
    } finally {
      this.#finish();
    }
  }

  #finish(): void {
    this.#busy = false;
    if (this.#ending?.when === 'now') this.#end(this.#ending.error);
  }

  /** Cancels the running statement, if there is one (57014). */
  cancel(): void {
    this.#state.interrupt(canceledByUser());
  }

  /** Ends the session with 57P01: when it has no statement and no transaction block, or in the midst of them. */
  shutdown(how: 'when idle' | 'interrupt'): void {
    this.#endWith(administratorShutdown(), how === 'interrupt' ? 'now' : 'idle');
  }

  /** The client is gone: what runs is cancelled and nobody is told. */
  abandon(): void {
    this.#state.interrupt(connectionLost());
  }

  /** Closes what is open; an open transaction is rolled back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#phase = 'done';
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#transactionTimer);
    this.#state.host.sessions.leave(this.#state.processId);
    this.#state.notifications.close();
    this.#state.locks.close();
    await this.#state.closeAll();
    await this.#state.block.rollback();
    await this.#state.temporary?.[Symbol.asyncDispose]();
  }

  #dispatch(request: Request, syncFollows: boolean): Promise<void> | undefined {
    const state = this.#state;
    switch (request.kind) {
      case 'query':
        return this.#readyAfter(simpleQuery(state, request.text));
      case 'parse':
        return parseRequest(state, request);
      case 'bind':
        return bindRequest(state, request);
      case 'describe':
        return describeRequest(state, request.of, request.name);
      case 'execute':
        return executeRequest(state, request, syncFollows);
      case 'close':
        return closeRequest(state, request.of, request.name);
      case 'flush':
        state.client.flush();
        return undefined;
      case 'sync':
        this.#phase = 'ready';
        return this.#readyAfter(state.block.state !== 'implicit' || state.commitNothing() ? undefined : state.commit());
      case 'terminate':
        this.#phase = 'done';
        return undefined;
      case 'functionCall':
        return this.#readyAfter(functionCall(state, request));
      case 'malformed':
        throw request.error;
      case 'copyData':
      case 'copyDone':
      case 'copyFail':
        // What is left of a COPY that failed is skipped, as PostgreSQL does.
        return undefined;
    }
  }

  /** The one place that decides what an error does to the transaction and to the connection. */
  async #answerError(error: unknown, request: Request): Promise<void> {
    const state = this.#state;
    const known = error instanceof SqlError ? error : internalError(state.host.nextQueryId(state.processId), error);
    try {
      await state.fail();
    } catch (cleanup) {
      state.host.onCleanupError?.(cleanup);
    }
    if (known.fields.severity === 'FATAL') return this.#end(known);
    state.client.error(known.fields);
    if (isExtended(request)) this.#phase = 'draining';
    else this.#ready();
  }

  #readyAfter(answering: Promise<void> | undefined): Promise<void> | undefined {
    if (answering !== undefined) return answering.then(() => this.#ready());
    this.#ready();
    return undefined;
  }

  #ready(): void {
    const { block, client, settings } = this.#state;
    if (this.#ending !== undefined && (this.#ending.when === 'now' || block.status === 'I')) {
      // The statement is over and its client has to know so before it hears that the session is.
      client.ready(block.status);
      return this.#end(this.#ending.error);
    }
    if (block.status === 'I') this.#state.notifications.deliver(client);
    for (const [name, value] of settings.changes()) client.parameterStatus(name, value);
    this.#state.activity.rest(block.status);
    client.ready(block.status);
    this.#startTimers();
  }

  /** An idle session tells its client at once, a busy one when it is ready and its transaction over. */
  #notified(): void {
    const { block, client, notifications } = this.#state;
    if (this.#busy || this.#phase === 'done' || block.state !== 'none') return;
    if (notifications.deliver(client)) client.flush();
  }

  #startTimers(): void {
    const { block } = this.#state;
    const inBlock = block.status !== 'I';
    const idle = inBlock ? 'idle_in_transaction_session_timeout' : 'idle_session_timeout';
    const idleMs = this.#timeout(idle);
    clearTimeout(this.#idleTimer);
    if (idleMs > 0)
      this.#idleTimer = setTimeout(() => this.#endWith(inBlock ? idleInTransaction() : idleSession(), 'now'), idleMs);
    if (inBlock) return this.#watchTransaction();
    clearTimeout(this.#transactionTimer);
    this.#transactionTimer = undefined;
  }

  /** From the first request of a transaction on, block or not. */
  #watchTransaction(): void {
    const transactionMs = this.#timeout('transaction_timeout');
    if (transactionMs > 0)
      this.#transactionTimer ??= setTimeout(() => this.#endWith(transactionTimeout(), 'now'), transactionMs);
  }

  #timeout(name: string): number {
    return durationMs(name, this.#state.settings.get(name));
  }

  #endWith(error: SqlError, when: 'idle' | 'now'): void {
    this.#ending = { error, when };
    if (this.#busy) {
      if (when === 'now') this.#state.interrupt(error);
    } else if (when === 'now' || this.#state.block.status === 'I') {
      this.#end(error);
    }
  }

  #end(error: SqlError): void {
    if (this.#phase === 'done') return;
    this.#phase = 'done';
    this.#state.client.error({ ...error.fields, severity: 'FATAL' });
    this.#state.client.end();
  }
}

function isExtended(request: Request): boolean {
  if (request.kind === 'malformed') return request.extended;
  return request.kind !== 'query' && request.kind !== 'functionCall' && request.kind !== 'sync';
}
