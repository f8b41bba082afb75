/** A session that others may signal. */
export type RegisteredSession = {
  /** The one that it logged in as. */
  readonly role: string;
  /** Its row of pg_stat_activity. */
  activity(mayKnow: boolean): Readonly<Record<string, unknown>>;
  /** Cancels what runs (57014). */
  cancel(): void;
  /** Ends the session (57P01). */
  terminate(): void;
};

/** The sessions of one database by process id, for pg_cancel_backend() and pg_terminate_backend(). */
export class SessionRegistry {
  readonly #owner: string;
  readonly #sessions = new Map<number, RegisteredSession>();

  /** `owner` may signal every session, others those of their own role. */
  constructor(owner: string) {
    this.#owner = owner;
  }

  join(processId: number, session: RegisteredSession): void {
    this.#sessions.set(processId, session);
  }

  leave(processId: number): void {
    this.#sessions.delete(processId);
  }

  /** Whether a role may signal, by process id. */
  allowed(role: string): Readonly<Record<string, boolean>> {
    return Object.fromEntries([...this.#sessions].map(([id, session]) => [id, this.#isAllowed(role, session)]));
  }

  /** The rows of pg_stat_activity, as the role may see them. */
  activity(role: string): readonly Readonly<Record<string, unknown>>[] {
    return [...this.#sessions.values()].map((session) => session.activity(this.#isAllowed(role, session)));
  }

  /** One that has ended meanwhile hears nothing, nor does one that the role may not signal. */
  signal(processId: number, kind: 'cancel' | 'terminate', role: string): void {
    const session = this.#sessions.get(processId);
    if (session !== undefined && this.#isAllowed(role, session)) session[kind]();
  }

  #isAllowed(role: string, session: RegisteredSession): boolean {
    return role === this.#owner || role === session.role;
  }
}
