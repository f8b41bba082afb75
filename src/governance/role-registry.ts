import type { EmbeddedPostgres } from '../postgres/postgres.ts';
import { duplicateRole, rolesChangedConcurrently, undefinedRole } from './errors.ts';
import type { ControlEntry, ControlLog, Credential, RoleAttributes, RoleChange } from './governance.ts';
import { replayDdl } from './role-ddl.ts';

/** How often a change is tried again after another process appended first. */
const MAX_ATTEMPTS = 5;

/** The roles as the control log has them, kept up to date in every embedded Postgres that is attached. */
export class RoleRegistry {
  readonly #log: ControlLog;
  readonly #owner: string;
  readonly #entries: ControlEntry[] = [];
  readonly #roles = new Map<string, RoleAttributes>();
  readonly #attached: Pick<EmbeddedPostgres, 'define'>[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(log: ControlLog, owner: string) {
    this.#log = log;
    this.#owner = owner;
    this.#roles.set(owner, { login: true });
  }

  /** Reads the whole log. `owner` is the first role, which is there without an entry. */
  static async open(log: ControlLog, owner: string): Promise<RoleRegistry> {
    const registry = new RoleRegistry(log, owner);
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
    return this.#inTurn(async () => {
      await postgres.define(this.#entries.flatMap(({ change, by }) => this.#ddl(change, by)));
      this.#attached.push(postgres);
    });
  }

  /** Learns what other processes appended. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#readNew());
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
    return this.#inTurn(async () => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        await this.#readNew();
        await check();
        const exists = this.#roles.has(change.role);
        if (change.kind === 'create' && exists) throw duplicateRole(change.role);
        if (change.kind !== 'create' && !exists) throw undefinedRole(change.role);
        const sequence = (this.#entries.at(-1)?.sequence ?? 0) + 1;
        const appended = await this.#log.append({ sequence, at: new Date().toISOString(), by, change });
        await this.#readNew();
        if (appended) return;
      }
      throw rolesChangedConcurrently();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    await this.#log[Symbol.asyncDispose]();
  }

  async #readNew(): Promise<void> {
    for (const entry of await this.#log.entriesAfter(this.#entries.at(-1)?.sequence ?? 0)) {
      this.#entries.push(entry);
      this.#remember(entry.change);
      for (const postgres of this.#attached) await postgres.define(this.#ddl(entry.change, entry.by));
    }
  }

  #remember(change: RoleChange): void {
    if (change.kind === 'drop') this.#roles.delete(change.role);
    else this.#roles.set(change.role, { ...this.#roles.get(change.role), ...change.attributes });
  }

  /** The creator may have been dropped since; the first role never is. */
  #ddl(change: RoleChange, by: string): readonly string[] {
    return replayDdl(change, this.#roles.has(by) && by !== change.role ? by : this.#owner);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
