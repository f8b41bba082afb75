import type { Connection, LogicalType } from '@duckdb/node-bindings';
import { queryCanceled } from '../errors.ts';
import { CopyInput } from './copy-input.ts';
import type { CopyAnswer, CopyProgress, CopyQuestion, CopySpec } from './copy-spec.ts';

/** The steps of one COPY FROM, one after the other, whatever was asked meanwhile. */
export class CopySession {
  readonly #input: CopyInput;
  #last: Promise<unknown> = Promise.resolve();
  #failed = false;
  #waiting: PromiseWithResolvers<CopyAnswer> | undefined;

  constructor(
    connection: Connection,
    spec: CopySpec,
    types: readonly LogicalType[],
    ask: (question: CopyQuestion) => void,
  ) {
    this.#input = new CopyInput(connection, spec, types, async (question) => {
      this.#waiting = Promise.withResolvers<CopyAnswer>();
      ask(question);
      return await this.#waiting.promise;
    });
  }

  /** Undefined: nobody could answer. */
  answered(answer: CopyAnswer | undefined): void {
    if (answer === undefined) this.#waiting?.reject(queryCanceled());
    else this.#waiting?.resolve(answer);
  }

  /** Bytes that come after an error are skipped. */
  async read(bytes: Uint8Array | undefined): Promise<CopyProgress> {
    return await this.#next(async () => {
      if (this.#failed) return { rowCount: 0, line: 0, skipped: 0, notices: [] };
      try {
        return await this.#input.read(bytes);
      } catch (error) {
        this.#failed = true;
        throw error;
      }
    });
  }

  async flush(): Promise<void> {
    await this.#next(async () => this.#input.flush());
  }

  async close(): Promise<void> {
    this.answered(undefined);
    await this.#last;
    this.#input.flush();
  }

  async #next<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => undefined);
    return await result;
  }
}
