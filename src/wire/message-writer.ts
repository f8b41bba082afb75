/**
 * Builds messages one after another in a buffer that grows and is used again. `take` hands the bytes out and leaves the
 * writer empty; the taker gives the buffer back with `reuse` once it is sent.
 */
export class MessageWriter {
  #buffer: Buffer = EMPTY;
  #spare: Buffer | undefined;
  #length = 0;
  #start = 0;

  get length(): number {
    return this.#length;
  }

  /** Starts a message of this type; `end` closes it. */
  begin(type: string): this {
    this.#reserve(5);
    this.#start = this.#length + 1;
    this.#buffer[this.#length] = type.charCodeAt(0);
    this.#length += 5;
    return this;
  }

  end(): void {
    this.#buffer.writeInt32BE(this.#length - this.#start, this.#start);
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#buffer[this.#length] = value;
    this.#length += 1;
    return this;
  }

  int16(value: number): this {
    this.#reserve(2);
    this.#buffer.writeInt16BE(value, this.#length);
    this.#length += 2;
    return this;
  }

  /** Counts above 32,767 are sent as they are, in 16 bits. */
  uint16(value: number): this {
    this.#reserve(2);
    this.#buffer.writeUInt16BE(value, this.#length);
    this.#length += 2;
    return this;
  }

  int32(value: number): this {
    this.#reserve(4);
    this.#buffer.writeInt32BE(value, this.#length);
    this.#length += 4;
    return this;
  }

  uint32(value: number): this {
    this.#reserve(4);
    this.#buffer.writeUInt32BE(value, this.#length);
    this.#length += 4;
    return this;
  }

  /** Text and a zero byte. A zero byte within would end it too early, so it is left out. */
  string(text: string): this {
    const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
    this.#reserve(clean.length * 3 + 1);
    this.#length += this.#buffer.write(clean, this.#length);
    this.#buffer[this.#length] = 0;
    this.#length += 1;
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** What was written; the writer goes on with another buffer. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#buffer = this.#spare ?? EMPTY;
    this.#spare = undefined;
    this.#length = 0;
    return taken;
  }

  /** A buffer that `take` gave and nobody reads any more. */
  reuse(taken: Buffer): void {
    if (taken.buffer.byteLength <= KEPT_BYTES) this.#spare = Buffer.from(taken.buffer);
  }

  #reserve(length: number): void {
    const needed = this.#length + length;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

const EMPTY = Buffer.allocUnsafeSlow(0);
const FIRST_BYTES = 1024;
const KEPT_BYTES = 64 * 1024;
