/** A session that others may signal. */
export type RegisteredSession = {
  readonly role: string;
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
    const all = [...this.#sessions].map(([id, session]) => [id, role === this.#owner || role === session.role]);
    return Object.fromEntries(all) as Record<string, boolean>;
  }

  /** One that has ended meanwhile hears nothing. */
  signal(processId: number, kind: 'cancel' | 'terminate'): void {
    this.#sessions.get(processId)?.[kind]();
  }
}
