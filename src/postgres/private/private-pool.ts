/**
 * The private instances of one database: a spare one waits for the next session that needs it, those that sessions
 * give back are cleaned and kept for others of the same role, and there are never more than the limit in use.
 */
import { tooManyPrivate } from '../errors.ts';
import { PrivatePostgres } from './private-postgres.ts';

export type PrivatePoolOptions = {
  /** Name of the database, as current_database() says it. */
  readonly database: string;
  /** The role that instances are prepared for; others are made when they are needed. */
  readonly role: string;
  /** Folder for data directories. */
  readonly folder: string;
  /** Instances in use at the same time, at most. */
  readonly sessions: number;
  /** Instances that wait, cleaned, for a session of their role. */
  readonly idle: number;
  /** An instance that has grown beyond is ended. */
  readonly memoryLimitBytes: number;
  /** How long a cancelled statement may go on before its instance is ended. */
  readonly cancelGraceMs: number;
};

/** What could be left behind of what a role may do here, even one that has given itself back rights it had not. */
const IS_CLEAN = `SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relnamespace = pg_catalog.pg_my_temp_schema())
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc WHERE pronamespace = pg_catalog.pg_my_temp_schema())
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_type WHERE typnamespace = pg_catalog.pg_my_temp_schema())
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_operator WHERE oprnamespace = pg_catalog.pg_my_temp_schema())
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_db_role_setting)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_default_acl)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relowner = current_user::pg_catalog.regrole)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspowner = current_user::pg_catalog.regrole)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_shdescription WHERE objoid >= 16384)
  AND NOT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
  AND NOT pg_catalog.has_schema_privilege('public', 'CREATE')
  AND NOT pg_catalog.has_schema_privilege('pg_bergwire', 'CREATE')
  AND current_user = session_user`;

export class PrivatePool {
  readonly #options: PrivatePoolOptions;
  #idle: PrivatePostgres[] = [];
  #spare: Promise<PrivatePostgres> | undefined;
  #inUse = 0;
  /** Instances that sessions have given back, while they are cleaned. */
  readonly #returning = new Set<Promise<void>>();
  #closed = false;

  constructor(options: PrivatePoolOptions) {
    this.#options = options;
  }

  /** Instances that sessions have now. */
  get inUse(): number {
    return this.#inUse;
  }

  /** An instance for one session of the role; 53300 where the limit is reached and none is on its way back. */
  async lease(role: string): Promise<PrivatePostgres> {
    while (this.#inUse >= this.#options.sessions && this.#returning.size > 0) await Promise.race(this.#returning);
    if (this.#inUse >= this.#options.sessions) throw tooManyPrivate(this.#options.sessions);
    this.#inUse++;
    try {
      return this.#idleOf(role) ?? (await this.#fresh(role));
    } catch (error) {
      this.#inUse--;
      throw error;
    }
  }

  /** Takes an instance back; what cannot be cleaned for certain ends. */
  async release(instance: PrivatePostgres): Promise<void> {
    const returned = this.#takeBack(instance);
    const settled = returned.catch(() => undefined);
    this.#returning.add(settled);
    await settled;
    this.#returning.delete(settled);
    await returned;
  }

  async #takeBack(instance: PrivatePostgres): Promise<void> {
    const clean = await this.#isCleaned(instance);
    this.#inUse--;
    if (clean && !this.#closed && this.#idle.length < this.#options.idle) this.#idle.push(instance);
    else await instance.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const spare = await this.#spare?.catch(() => undefined);
    await Promise.all([...this.#idle, ...(spare === undefined ? [] : [spare])].map((instance) => instance.end()));
    this.#idle = [];
  }

  #idleOf(role: string): PrivatePostgres | undefined {
    const at = this.#idle.findIndex((instance) => instance.role === role && instance.isAlive);
    return at === -1 ? undefined : this.#idle.splice(at, 1)[0];
  }

  async #fresh(role: string): Promise<PrivatePostgres> {
    const waiting = this.#spare;
    this.#spare = undefined;
    const instance = (await waiting?.catch(() => undefined)) ?? (await PrivatePostgres.open(this.#options));
    this.#prepareSpare();
    await instance.lock(role);
    return instance;
  }

  /** Only a database whose sessions use temporary objects pays for a spare instance. */
  #prepareSpare(): void {
    if (this.#closed || this.#options.idle === 0 || this.#inUse >= this.#options.sessions) return;
    // Of sessions that began at once each one comes here: a second spare would be nobody's to end.
    if (this.#spare !== undefined) return;
    const spare = PrivatePostgres.open(this.#options);
    this.#spare = spare;
    // Whoever takes it opens another where this one failed.
    spare.catch(() => undefined);
  }

  async #isCleaned(instance: PrivatePostgres): Promise<boolean> {
    if (!instance.isAlive) return false;
    try {
      await instance.clean();
      const [answer] = await instance.command(IS_CLEAN);
      return Buffer.from(answer?.rows[0] ?? []).at(-1) === 't'.charCodeAt(0);
    } catch {
      return false;
    }
  }
}
