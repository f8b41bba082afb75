/** What currval() and lastval() answer in one session, by the ids of sequences. */
export class SessionSequences {
  readonly #current = new Map<string, bigint>();
  #last: string | undefined;

  current(id: string): bigint | undefined {
    return this.#current.get(id);
  }

  isLast(id: string): boolean {
    return this.#last === id;
  }

  /** nextval() gave the value out, or setval() set it. */
  used(id: string, value: bigint, isLast: boolean): void {
    this.#current.set(id, value);
    if (isLast) this.#last = id;
  }

  /** DISCARD SEQUENCES. */
  discard(): void {
    this.#current.clear();
    this.#last = undefined;
  }
}
