import { nowMicroseconds } from '../base/now-microseconds.ts';
import type { CommittedSnapshot, Database, Savepoint, Transaction, TransactionContext } from '../query/query.ts';
import { tooLateForMode, unknownSavepoint } from './errors.ts';

/** Characteristics of a transaction as SQL names them. */
export type TransactionModes = {
  readonly isolation: Isolation;
  readonly readOnly: boolean;
  readonly deferrable: boolean;
};

export type Isolation = 'serializable' | 'repeatable read' | 'read committed' | 'read uncommitted';

/**
 * The session's transaction (PostgreSQL's xact.c, blockState): `none` between statements, `implicit` around one
 * message or pipeline, `block` after BEGIN, `failed` after an error in a block. The unit of work behind it begins with
 * the first statement that needs one.
 */
export class TransactionBlock {
  readonly #database: Database;
  readonly #savepoints: { readonly name: string; readonly point: Savepoint }[] = [];
  #transaction: Transaction | undefined;
  #used = false;
  #modes: TransactionModes = { isolation: 'read committed', readOnly: false, deferrable: false };
  #startedAt = 0n;
  state: 'none' | 'implicit' | 'block' | 'failed' = 'none';

  constructor(database: Database) {
    this.#database = database;
  }

  /** When the transaction began, milliseconds since 1970. */
  get startedAtMs(): number {
    return Number(this.#startedAt / 1000n);
  }

  /** The status byte of ReadyForQuery. */
  get status(): 'I' | 'T' | 'E' {
    if (this.state === 'failed') return 'E';
    return this.state === 'block' ? 'T' : 'I';
  }

  get modes(): TransactionModes {
    return this.#modes;
  }

  /** The unit of work, if a statement began it. */
  get open(): Transaction | undefined {
    return this.#transaction;
  }

  /** How many savepoints are open. */
  get depth(): number {
    return this.#savepoints.length;
  }

  /** Every statement runs in a transaction; without a block this is an implicit one. */
  enter(defaults: TransactionModes): void {
    if (this.state === 'none') this.#start('implicit', defaults);
  }

  /** BEGIN: a new block, or the implicit transaction turned into one. */
  begin(modes: TransactionModes): void {
    if (this.state === 'none') this.#start('block', modes);
    else {
      this.state = 'block';
      this.changeModes(modes);
    }
  }

  /** SET TRANSACTION and the modes of BEGIN; too late once a statement has run. */
  changeModes(modes: TransactionModes): void {
    const before = this.#modes;
    if (this.#used) {
      if (modes.isolation !== before.isolation)
        throw tooLateForMode('SET TRANSACTION ISOLATION LEVEL must be called before any query');
      if (before.readOnly && !modes.readOnly)
        throw tooLateForMode('transaction read-write mode must be set before any query');
      if (modes.readOnly !== before.readOnly)
        throw tooLateForMode('transaction read-only mode must be set before any query');
      if (modes.deferrable !== before.deferrable)
        throw tooLateForMode('SET TRANSACTION [NOT] DEFERRABLE must be called before any query');
    }
    this.#modes = modes;
  }

  /** The unit of work, begun if it is not yet. */
  async transaction(): Promise<Transaction> {
    this.#transaction ??= await this.#database.begin(this.#context());
    this.#used = true;
    return this.#transaction;
  }

  /** The transaction is over even where this rejects. */
  async commit(): Promise<readonly CommittedSnapshot[]> {
    const transaction = this.#finish();
    return (await transaction?.commit()) ?? [];
  }

  /** A statement ran that needs no unit of work. */
  use(): void {
    this.#used = true;
  }

  /** The end of a transaction that began no unit of work. */
  finishUnused(): void {
    this.#finish();
  }

  async rollback(): Promise<void> {
    const transaction = this.#finish();
    await transaction?.rollback();
  }

  /** An error: a block waits for its end, with what a savepoint may still bring back; all else is undone at once. */
  async fail(): Promise<void> {
    const inBlock = this.state === 'block' || this.state === 'failed';
    if (inBlock) this.state = 'failed';
    if (inBlock && this.#savepoints.length > 0) return;
    const transaction = this.#finish();
    if (inBlock) this.state = 'failed';
    await transaction?.rollback();
  }

  async savepoint(name: string): Promise<void> {
    const transaction = await this.transaction();
    this.#savepoints.push({ name, point: transaction.savepoint() });
  }

  /** Undoes what was done since; the savepoint stays. Answers how many savepoints are left. */
  rollbackTo(name: string): number {
    const at = this.#find(name);
    this.#transaction?.rollbackTo(this.#savepoints[at]!.point);
    this.#savepoints.length = at + 1;
    this.state = 'block';
    return at + 1;
  }

  /** Forgets the savepoint and those after it. Answers how many are left. */
  release(name: string): number {
    const at = this.#find(name);
    this.#transaction?.release(this.#savepoints[at]!.point);
    this.#savepoints.length = at;
    return this.#savepoints.length;
  }

  #find(name: string): number {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    if (at === -1) throw unknownSavepoint(name);
    return at;
  }

  #start(state: 'implicit' | 'block', modes: TransactionModes): void {
    this.state = state;
    this.#modes = modes;
    this.#used = false;
    this.#startedAt = nowMicroseconds();
  }

  #finish(): Transaction | undefined {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    this.#savepoints.length = 0;
    this.state = 'none';
    return transaction;
  }

  #context(): TransactionContext {
    const { isolation, readOnly } = this.#modes;
    return {
      readOnly,
      isolation: isolation === 'read uncommitted' ? 'read committed' : isolation,
      startedAt: this.#startedAt,
      isBlock: () => this.state === 'block',
    };
  }
}
