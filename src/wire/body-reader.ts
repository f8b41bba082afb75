import { decodeUtf8 } from '../pgtype/decode-utf8.ts';
import { malformedMessage } from './errors.ts';

/**
 * Reads the body of one message front to back. What is not there raises 08P01 as PostgreSQL's pqformat.c does; text
 * that is not UTF-8 raises 22021. Byte slices share memory with the body.
 */
export class BodyReader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  byte(): number {
    return this.#body[this.#advance(1)]!;
  }

  int16(): number {
    return this.#body.readInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.#body.readInt32BE(this.#advance(4));
  }

  uint32(): number {
    return this.#body.readUInt32BE(this.#advance(4));
  }

  bytes(length: number): Buffer {
    const start = this.#advance(length);
    return this.#body.subarray(start, start + length);
  }

  /** Text up to a zero byte. */
  string(): string {
    const end = this.#body.indexOf(0, this.#at);
    if (end === -1) throw malformedMessage('invalid string in message');
    const text = decodeUtf8(this.#body.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  get remaining(): number {
    return this.#body.length - this.#at;
  }

  /** Nothing may be left over. */
  end(): void {
    if (this.remaining > 0) throw malformedMessage('invalid message format');
  }

  #advance(length: number): number {
    const start = this.#at;
    if (length < 0 || length > this.#body.length - start) throw malformedMessage('insufficient data left in message');
    this.#at = start + length;
    return start;
  }
}
