import type { RowBatch, RowStream } from './engine.ts';

/**
 * A stream of batches that arrive from the engine's thread. It holds as many as were granted; taking one grants the
 * next. `maxRows` splits a batch between messages.
 */
export class RowQueue implements RowStream {
  readonly #batches: RowBatch[] = [];
  readonly #giveBack: (buffer: ArrayBuffer) => void;
  readonly #grant: () => void;
  readonly #stop: () => Promise<void>;
  #ended = false;
  #error: unknown;
  #wake: (() => void) | undefined;

  constructor(giveBack: (buffer: ArrayBuffer) => void, grant: () => void, stop: () => Promise<void>) {
    this.#giveBack = giveBack;
    this.#grant = grant;
    this.#stop = stop;
  }

  push(bytes: Uint8Array<ArrayBuffer>, rowCount: number): void {
    this.#batches.push({ bytes, rowCount, release: () => this.#giveBack(bytes.buffer) });
    this.#wakeUp();
  }

  end(error?: unknown): void {
    this.#ended = true;
    this.#error = error;
    this.#wakeUp();
  }

  /** Resolves once there is a row, the end or an error; errors are left for `next`. */
  async first(): Promise<void> {
    while (this.#batches.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async next(maxRows?: number): Promise<RowBatch | undefined> {
    await this.first();
    const batch = this.#batches[0];
    if (batch === undefined) {
      if (this.#error !== undefined) throw this.#error;
      return undefined;
    }
    if (maxRows === undefined || maxRows <= 0 || batch.rowCount <= maxRows) {
      this.#batches.shift();
      this.#grant();
      return batch;
    }
    const end = endOfRows(batch.bytes, maxRows);
    this.#batches[0] = { bytes: batch.bytes.subarray(end), rowCount: batch.rowCount - maxRows };
    return { bytes: batch.bytes.subarray(0, end), rowCount: maxRows };
  }

  async close(): Promise<void> {
    this.#batches.length = 0;
    if (!this.#ended) await this.#stop();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** Where the first `count` DataRow messages end: a type byte, then a length that includes itself. */
function endOfRows(bytes: Uint8Array, count: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = 0;
  for (let row = 0; row < count; row++) end += 1 + view.getInt32(end + 1);
  return end;
}
