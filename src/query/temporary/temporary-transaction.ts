import type { PrivatePostgres } from '../../postgres/private/private-postgres.ts';
import type { StatementContext, TransactionContext } from '../query.ts';
import { TemporaryObjects } from './temporary-objects.ts';

/**
 * The private instance's part of one unit of work. Its transaction begins with the first statement that touches
 * temporary objects; savepoints are carried over before the next such statement, so that units of work that never
 * touch one cost nothing.
 */
export class TemporaryTransaction {
  readonly #context: TransactionContext;
  #objects: TemporaryObjects | undefined;
  #instance: PrivatePostgres | undefined;
  /** Savepoints that the unit of work has, and those of them that the instance has. */
  #wanted: readonly object[] = [];
  #made: readonly object[] = [];
  /** Not sent yet. */
  #queued: string[] = [];
  #portals = 0;

  constructor(context: TransactionContext) {
    this.#context = context;
  }

  savepoint(point: object): void {
    this.#wanted = [...this.#wanted, point];
  }

  rollbackTo(point: object): void {
    this.#wanted = this.#wanted.slice(0, this.#wanted.indexOf(point) + 1);
    const at = this.#made.indexOf(point);
    if (at === -1) return;
    this.#queued.push(`ROLLBACK TO SAVEPOINT s${at}`);
    this.#made = this.#made.slice(0, at + 1);
    this.#objects?.forgetSettings();
    this.#objects?.changed();
  }

  release(point: object): void {
    this.#wanted = this.#wanted.slice(0, this.#wanted.indexOf(point));
    const at = this.#made.indexOf(point);
    if (at === -1) return;
    this.#queued.push(`RELEASE SAVEPOINT s${at}`);
    this.#made = this.#made.slice(0, at);
  }

  /** The private instance's transaction has begun. */
  get isOpen(): boolean {
    return this.#instance?.isAlive === true;
  }

  /** A name for a portal that no other one has. */
  newPortal(): string {
    return `p${++this.#portals}`;
  }

  /** The instance for a statement that brings its own transactions, where nothing else is open. */
  async enterAlone(context: StatementContext): Promise<PrivatePostgres> {
    const { temporary, settings } = context;
    if (this.#instance !== undefined || this.#context.isBlock?.() !== false || !(temporary instanceof TemporaryObjects))
      return await this.enter(context);
    this.#objects = temporary;
    return await temporary.instance(settings);
  }

  /** The instance, in the transaction and as deep in savepoints as the session is. */
  async enter({ temporary, settings }: StatementContext): Promise<PrivatePostgres> {
    if (!(temporary instanceof TemporaryObjects)) throw new Error('the session has no place for temporary objects');
    const before = this.#instance;
    const instance = await this.#begun(temporary, settings);
    // Another instance than the one this unit of work began in: that one is lost, with all that was done in it.
    if (before !== undefined && before !== instance) this.#made = [];
    await this.#sendQueued(instance);
    return await temporary.instance(settings);
  }

  /** Sends what ROLLBACK TO and RELEASE left to do, for those who look at names between two statements. */
  async sync(): Promise<void> {
    if (this.#instance?.isAlive === true && this.#queued.length > 0) await this.#sendQueued(this.#instance);
  }

  /** Deferred constraints are judged before anything of the unit of work is committed elsewhere. */
  async check(): Promise<void> {
    if (this.#instance === undefined) return;
    await this.#sendQueued(this.#instance);
    await this.#instance.command('SET CONSTRAINTS ALL IMMEDIATE');
  }

  async commit(): Promise<void> {
    await this.#finish('COMMIT');
  }

  async rollback(): Promise<void> {
    this.#objects?.forgetSettings();
    await this.#finish('ROLLBACK');
  }

  async #begun(temporary: TemporaryObjects, settings: ReadonlyMap<string, string>): Promise<PrivatePostgres> {
    if (this.#instance?.isAlive === true) return this.#instance;
    this.#objects = temporary;
    const instance = await temporary.instance(settings);
    const { isolation, readOnly, startedAt } = this.#context;
    await instance.begin(`BEGIN ISOLATION LEVEL ${isolation}, READ ${readOnly ? 'ONLY' : 'WRITE'}`, startedAt);
    this.#instance = instance;
    this.#queued = [];
    return instance;
  }

  async #sendQueued(instance: PrivatePostgres): Promise<void> {
    const missing = this.#wanted.slice(this.#made.length);
    const made = missing.map((_, index) => `SAVEPOINT s${this.#made.length + index}`);
    const statements = [...this.#queued, ...made];
    this.#queued = [];
    this.#made = this.#wanted;
    for (const statement of statements) await instance.command(statement);
  }

  async #finish(command: string): Promise<void> {
    const instance = this.#instance;
    this.#instance = undefined;
    this.#made = [];
    this.#wanted = [];
    if (instance?.isAlive === true) {
      if (command === 'COMMIT') for (const statement of this.#queued) await instance.command(statement);
      await instance.command(command);
      this.#objects?.changed();
    }
    this.#queued = [];
    await this.#objects?.settle();
    this.#objects = undefined;
  }
}
