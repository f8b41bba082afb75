/** Smaller ones are cheap to make. */
const FEWEST_BYTES = 32 * 1024;
const STEP_BYTES = 64 * 1024;
const MOST_KEPT = 8;
const MOST_KEPT_BYTES = 1024 * 1024;

/**
 * Memory of encoded rows, which other threads get and may give back: fresh memory costs its pages anew each time, and
 * the collector of garbage counts it.
 */
export class RowBuffers {
  readonly #kept: ArrayBuffer[] = [];

  /** So many bytes of any content in a buffer that is theirs alone. */
  take(sizeBytes: number): Uint8Array<ArrayBuffer> {
    const at = this.#kept.findIndex(({ byteLength }) => byteLength >= sizeBytes);
    if (sizeBytes >= FEWEST_BYTES && at !== -1) return new Uint8Array(this.#kept.splice(at, 1)[0]!, 0, sizeBytes);
    const rounded = sizeBytes < FEWEST_BYTES ? sizeBytes : Math.ceil(sizeBytes / STEP_BYTES) * STEP_BYTES;
    return new Uint8Array(Buffer.allocUnsafeSlow(rounded).buffer as ArrayBuffer, 0, sizeBytes);
  }

  /** Nobody reads these bytes any more. */
  giveBack(buffer: ArrayBuffer): void {
    if (buffer.byteLength < FEWEST_BYTES || buffer.byteLength > MOST_KEPT_BYTES) return;
    if (this.#kept.length === MOST_KEPT) this.#kept.shift();
    this.#kept.push(buffer);
  }
}
