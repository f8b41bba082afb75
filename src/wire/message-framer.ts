import { brokenProtocol, oversizedMessage } from './errors.ts';
import { REQUEST_TYPES } from './decode-request.ts';

/** A whole message: its type and its body without the length. */
export type Frame = { readonly type: string; readonly body: Buffer };

export type FrameLimits = {
  /** A packet of a client that has not said who it is. */
  readonly startupBytes: number;
  /** A message between the startup packet and the end of authentication. */
  readonly authenticationBytes: number;
  /** A message of a client that is logged in. */
  readonly messageBytes: number;
};

/** PostgreSQL's own bound for the messages that have no reason to be long (PQ_SMALL_MESSAGE_LIMIT). */
const SHORT_MESSAGE_BYTES = 10_000;
/** Pieces are joined up to this size. */
const JOINED_BYTES = 64 * 1024;
const GOODBYE = Buffer.from([0x58, 0, 0, 0, 4]);

/**
 * Cuts a byte stream into messages. It holds the bytes of one incomplete message at most, and a length is believed
 * only below its limit. A stream that makes no sense raises a FATAL SqlError; nothing can be read after it.
 */
export class MessageFramer {
  readonly #limits: FrameLimits;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#length += chunk.length;
    let last = chunk;
    // A message that comes byte by byte is not held in as many pieces.
    for (let before = this.#chunks.at(-1); before !== undefined; before = this.#chunks.at(-1)) {
      if (before.length > last.length || before.length + last.length > JOINED_BYTES) break;
      this.#chunks.pop();
      last = Buffer.concat([before, last]);
    }
    this.#chunks.push(last);
  }

  /** Bytes that were pushed and not taken yet. */
  get pendingBytes(): number {
    return this.#length;
  }

  /** The type of the next whole message, without taking it. */
  peekType(): string | undefined {
    if (this.#length < 5) return undefined;
    const length = this.#head(5).readInt32BE(1);
    return this.#length > length ? String.fromCharCode(this.#head(1)[0]!) : undefined;
  }

  /** The type of the next message, however much of it is there. */
  get nextType(): string | undefined {
    return this.#length === 0 ? undefined : String.fromCharCode(this.#head(1)[0]!);
  }

  get firstByte(): number | undefined {
    return this.#length === 0 ? undefined : this.#head(1)[0];
  }

  /** Everything that was pushed and not taken; nothing is left. */
  drain(): Buffer {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#length = 0;
    return bytes;
  }

  /** Whether the last five bytes are a Terminate message. */
  endsWithGoodbye(): boolean {
    if (this.#length < GOODBYE.length) return false;
    return this.#head(this.#length).subarray(-GOODBYE.length).equals(GOODBYE);
  }

  /** The next packet without a type byte (startup, SSL, GSS, cancel): what follows the length. */
  nextPacket(): Buffer | undefined {
    if (this.#length < 4) return undefined;
    const length = this.#head(4).readInt32BE(0);
    if (length < 8 || length > this.#limits.startupBytes) throw brokenProtocol('invalid length of startup packet');
    return this.#take(length)?.subarray(4);
  }

  /** The next message of the authentication dialogue (type `p`). */
  nextAuthentication(): Frame | undefined {
    if (this.#length < 1) return undefined;
    const type = this.#head(1)[0]!;
    if (type !== 0x70) throw brokenProtocol(`expected password response, got message type ${type}`);
    return this.#frame(this.#limits.authenticationBytes);
  }

  /** The next message of a client that is logged in. */
  nextRequest(): Frame | undefined {
    if (this.#length < 1) return undefined;
    const code = this.#head(1)[0]!;
    const type = REQUEST_TYPES.get(String.fromCharCode(code));
    if (type === undefined) throw brokenProtocol(`invalid frontend message type ${code}`);
    const limit = this.#limits.messageBytes;
    return this.#frame(type.long ? limit : Math.min(limit, SHORT_MESSAGE_BYTES));
  }

  #frame(limitBytes: number): Frame | undefined {
    if (this.#length < 5) return undefined;
    const head = this.#head(5);
    const length = head.readInt32BE(1);
    if (length < 4) throw brokenProtocol('invalid message length');
    if (length > limitBytes) throw oversizedMessage(length, limitBytes);
    const message = this.#take(length + 1);
    return message && { type: String.fromCharCode(message[0]!), body: message.subarray(5) };
  }

  /** The first bytes in one piece; there are enough. */
  #head(length: number): Buffer {
    if (this.#chunks[0]!.length >= length) return this.#chunks[0]!;
    let count = 0;
    for (let joined = 0; joined < length; count++) joined += this.#chunks[count]!.length;
    this.#chunks.splice(0, count, Buffer.concat(this.#chunks.slice(0, count)));
    return this.#chunks[0]!;
  }

  #take(length: number): Buffer | undefined {
    if (this.#length < length) return undefined;
    const head = this.#head(length);
    this.#length -= length;
    if (head.length === length) this.#chunks.shift();
    else this.#chunks[0] = head.subarray(length);
    return head.length === length ? head : head.subarray(0, length);
  }
}
