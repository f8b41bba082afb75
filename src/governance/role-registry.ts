import type { EmbeddedPostgres } from '../postgres/postgres.ts';
import { ControlJournal } from './control-journal.ts';
import { duplicateRole, undefinedRole } from './errors.ts';
import type { ControlEntry, ControlLog, Credential, RoleAttributes, RoleChange } from './governance.ts';
import { replayDdl } from './role-ddl.ts';

/** The roles as the control log has them, kept up to date in every embedded Postgres that is attached. */
export class RoleRegistry {
  readonly journal: ControlJournal;
  readonly #owner: string;
  readonly #roles = new Map<string, RoleAttributes>();
  readonly #attached: Pick<EmbeddedPostgres, 'define'>[] = [];

  private constructor(journal: ControlJournal, owner: string) {
    this.journal = journal;
    this.#owner = owner;
    this.#roles.set(owner, { login: true });
  }

  /** Reads the whole log. `owner` is the first role, which is there without an entry. */
  static async open(log: ControlLog, owner: string): Promise<RoleRegistry> {
    const journal = new ControlJournal(log);
    const registry = new RoleRegistry(journal, owner);
    await journal.follow((entry) => registry.#read(entry));
    await registry.refresh();
    return registry;
  }

  /** Roles by name with what was said of them; the first role included. */
  get roles(): ReadonlyMap<string, RoleAttributes> {
    return this.#roles;
  }

  /** The first role, which owns every schema and table. */
  get owner(): string {
    return this.#owner;
  }

  /** Replays every role into an embedded Postgres and keeps it up to date from now on. */
  attach(postgres: Pick<EmbeddedPostgres, 'define'>): Promise<void> {
    return this.journal.inTurn(async () => {
      await postgres.define(this.journal.entries.flatMap((entry) => this.#ddl(entry)));
      this.#attached.push(postgres);
    });
  }

  /** Learns what other processes appended. */
  async refresh(): Promise<void> {
    await this.journal.refresh();
  }

  /** What a login as the role is checked against, as the log has it now; undefined where there is no such role. */
  async credential(role: string): Promise<Credential | undefined> {
    await this.refresh();
    const attributes = this.#roles.get(role);
    if (attributes === undefined) return undefined;
    const { verifier, login = false, connectionLimit = -1, validUntil = 'infinity' } = attributes;
    return {
      verifier: verifier ?? undefined,
      login,
      connectionLimit,
      validUntilMs: validUntil === 'infinity' ? undefined : Date.parse(validUntil),
    };
  }

  /** Appends a change; `check` may refuse it on the newest state. Every attached Postgres knows it afterwards. */
  change(change: RoleChange, by: string, check: () => Promise<void> = async () => undefined): Promise<void> {
    return this.journal.append(change, by, async () => {
      await check();
      const exists = this.#roles.has(change.role);
      if (change.kind === 'create' && exists) throw duplicateRole(change.role);
      if (change.kind !== 'create' && !exists) throw undefinedRole(change.role);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.journal[Symbol.asyncDispose]();
  }

  async #read(entry: ControlEntry): Promise<void> {
    const { change } = entry;
    if (change.kind === 'objects' || change.kind === 'sequence') return;
    if (change.kind === 'drop') this.#roles.delete(change.role);
    else this.#roles.set(change.role, { ...this.#roles.get(change.role), ...change.attributes });
    for (const postgres of this.#attached) await postgres.define(this.#ddl(entry));
  }

  /** The creator may have been dropped since; the first role never is. */
  #ddl({ change, by }: ControlEntry): readonly string[] {
    if (change.kind === 'objects' || change.kind === 'sequence') return [];
    return replayDdl(change, this.#roles.has(by) && by !== change.role ? by : this.#owner);
  }
}
