import type { Duplex } from 'node:stream';
import type { CopyInput } from '../session/client.ts';
import { MessageFramer } from './message-framer.ts';
import { nextCopyInput } from './next-copy-input.ts';
import type { FrameLimits } from './message-framer.ts';

/** What a client may send ahead of the answers before its socket is left unread. */
const AHEAD_BYTES = 256 * 1024;

/**
 * The messages that arrive on a socket, pulled one at a time. It reads ahead, so that a client that goes away while its
 * statement runs is noticed, but not without bound.
 */
export class RequestQueue {
  readonly framer: MessageFramer;
  #socket: Duplex | undefined;
  #ended = false;
  #wake: (() => void) | undefined;
  /** Called when the client stops sending or the connection breaks. */
  onEnd: (() => void) | undefined;

  constructor(limits: FrameLimits) {
    this.framer = new MessageFramer(limits);
  }

  /** Reads from this socket; replaces the one before, e.g. when it is encrypted from now on. */
  attach(socket: Duplex): void {
    this.detach();
    this.#socket = socket;
    socket.on('data', this.#push).on('end', this.#end).on('close', this.#end).on('error', this.#end);
    socket.resume();
  }

  /** Leaves the socket paused, with an error listener so that nothing of it can end the process. */
  detach(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.pause();
    socket.off('data', this.#push).off('end', this.#end).off('close', this.#end);
    this.#socket = undefined;
  }

  /** The next thing that `next` can cut from the stream, or undefined at its end and when the signal aborts. */
  async pull<T>(next: (framer: MessageFramer) => T | undefined, signal?: AbortSignal): Promise<T | undefined> {
    const wake = (): void => this.#notify();
    signal?.addEventListener('abort', wake, { once: true });
    try {
      for (;;) {
        if (signal?.aborted === true) return undefined;
        const found = next(this.framer);
        if (found !== undefined || this.#ended) return found;
        this.#socket?.resume();
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', wake);
    }
  }

  /** The next step of COPY FROM STDIN: all CopyData that is there in one piece, or what else the client says. */
  async pullCopyInput(signal: AbortSignal): Promise<CopyInput> {
    return (await this.pull((framer) => nextCopyInput(framer), signal)) ?? { kind: 'lost' };
  }

  /** Makes a waiting `pull` return undefined. */
  close(): void {
    this.#ended = true;
    this.#notify();
  }

  readonly #push = (chunk: Buffer): void => {
    this.framer.push(chunk);
    if (this.framer.pendingBytes > AHEAD_BYTES && this.#wake === undefined) this.#socket?.pause();
    this.#notify();
  };

  readonly #end = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd?.();
    this.#notify();
  };

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
