import { SqlError } from '../base/sql-error.ts';

/** What may be cancelled: one statement, or one portal over all its Executes. */
export class RunningStatement {
  readonly #controller = new AbortController();
  #reason: SqlError | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first reason counts. */
  interrupt(reason: SqlError): void {
    this.#reason ??= reason;
    this.#controller.abort();
  }

  /** What stopped the statement, where the error thrown is only how it noticed. */
  cause(error: unknown): unknown {
    if (this.#reason === undefined) return error;
    const noticed = error instanceof SqlError ? error.sqlstate === '57014' : this.#controller.signal.aborted;
    return noticed ? this.#reason : error;
  }

  /** Raises the reason, for steps that can't be interrupted themselves. */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }
}
