import { SqlError } from '../base/sql-error.ts';

/** What may be cancelled: one statement, or one portal over all its Executes. */
export class RunningStatement {
  /** Made when somebody listens: most statements end before. */
  #controller: AbortController | undefined;
  #reason: SqlError | undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason !== undefined) this.#controller.abort();
    return this.#controller.signal;
  }

  /** The first reason counts. */
  interrupt(reason: SqlError): void {
    this.#reason ??= reason;
    this.#controller?.abort();
  }

  /** What stopped the statement, where the error thrown is only how it noticed. */
  cause(error: unknown): unknown {
    if (this.#reason === undefined) return error;
    const isOther = error instanceof SqlError && error.sqlstate !== '57014';
    return isOther ? error : this.#reason;
  }

  /** Raises the reason, for steps that can't be interrupted themselves. */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }
}
