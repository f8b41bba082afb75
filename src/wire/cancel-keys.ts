import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** Who may cancel what: the process ids and secrets of BackendKeyData. */
export class CancelKeys {
  readonly #entries = new Map<number, { readonly secret: Buffer; readonly cancel: () => void }>();
  #last = randomInt(1, 2 ** 22);

  /** A process id that no connected client has, from 1 to 2^31 - 1. */
  nextProcessId(): number {
    do this.#last = (this.#last % (2 ** 31 - 1)) + 1;
    while (this.#entries.has(this.#last));
    return this.#last;
  }

  /** The secret for a process id; protocol 3.2 has room for a longer one. */
  issue(processId: number, minor: 0 | 2, cancel: () => void): Buffer {
    const secret = randomBytes(minor === 2 ? 32 : 4);
    this.#entries.set(processId, { secret, cancel });
    return secret;
  }

  revoke(processId: number): void {
    this.#entries.delete(processId);
  }

  /** Cancels what the client runs, if anything; says whether the key was right. */
  use(processId: number, secret: Buffer): boolean {
    const entry = this.#entries.get(processId);
    if (entry === undefined || entry.secret.length !== secret.length || !timingSafeEqual(entry.secret, secret))
      return false;
    entry.cancel();
    return true;
  }
}
