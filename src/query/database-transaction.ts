import { rm } from 'node:fs/promises';
import { backOff } from '../base/backoff.ts';
import { SqlError } from '../base/sql-error.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { PreparedStatement } from './prepare-statement.ts';
import type {
  BoundParameters,
  CommittedSnapshot,
  Execution,
  Prepared,
  StatementContext,
  Transaction,
  TransactionContext,
} from './query.ts';
import { changedResultType, tableNameText } from './errors.ts';
import { commitTables } from './commit-tables.ts';
import { keptRows } from './kept-rows.ts';
import { mirrorRelations } from './mirror-relations.ts';
import { prepareAny } from './prepare-any.ts';
import { runStatement } from './run-statement.ts';
import { sameShape } from './same-shape.ts';
import { TransactionTables } from './transaction-tables.ts';
import type { Savepoint } from './transaction-tables.ts';
import { TemporaryTransaction } from './temporary/temporary-transaction.ts';
import { removeWritten } from './remove-written.ts';
import { unlessAborted } from './unless-aborted.ts';
import type { WriteTurns } from './write-turns.ts';

export type WriteLimits = {
  /** How often a statement that is its whole transaction is run again after a lost conflict. */
  readonly conflictRetries: number;
  /** Rows of RETURNING that are kept until the commit. */
  readonly returningBytes: number;
};

/** What the transactions of a database share. */
export type Writers = { readonly turns: WriteTurns; readonly limits: WriteLimits };

/** One unit of work: what it sees, what it changed, and the files it wrote. */
export class DatabaseTransaction implements Transaction {
  readonly context: TransactionContext;
  /** What it does to the session's temporary objects. */
  readonly temporary: TemporaryTransaction;
  readonly #parts: DatabaseParts;
  readonly #writers: Writers;
  readonly #written = new Set<string>();
  readonly #scratch = new Set<string>();
  #tables: TransactionTables;
  /** Committed and not yet told of. */
  readonly #snapshots: CommittedSnapshot[] = [];
  #statements = 0;
  /** The transaction's only statement, where it is a change that can be made again. */
  #only: OnlyChange | undefined;

  constructor(parts: DatabaseParts, context: TransactionContext, writers: Writers) {
    this.#parts = parts;
    this.#writers = writers;
    this.context = context;
    this.#tables = new TransactionTables(parts.catalog, context, () => parts.objects.of(parts.name));
    this.temporary = new TemporaryTransaction(context);
  }

  get tables(): TransactionTables {
    return this.#tables;
  }

  async execute(
    prepared: Prepared,
    parameters: BoundParameters,
    resultFormats: readonly (0 | 1)[],
    context: StatementContext,
    signal: AbortSignal,
    isLast = false,
  ): Promise<Execution> {
    const run = async (until: AbortSignal): Promise<Execution> =>
      await runStatement({
        parts: this.#parts,
        tables: this.#tables,
        temporary: this.temporary,
        prepared: await this.#current(prepared as PreparedStatement, context),
        parameters,
        resultFormats,
        context: { ...context, startedAt: this.context.startedAt },
        signal: until,
        written: (uris) => {
          for (const uri of uris) this.#written.add(uri);
        },
        scratch: (path) => this.#scratch.add(path),
        readOnly: this.context.readOnly,
        inBlock: this.context.isBlock?.() === true,
      });
    this.#statements++;
    this.#only = undefined;
    const table = this.#statements === 1 ? changedTable(prepared as PreparedStatement) : undefined;
    if (table === undefined || this.context.isolation !== 'read committed') return await run(signal);
    const only = { run, table, appends: prepared.statement.kind === 'insert' };
    if (isLast) return await this.#executeAndCommit(only, signal);
    const execution = await run(signal);
    if (execution.rows === null) this.#only = { ...only, tag: execution.tag() };
    return execution;
  }

  savepoint(): Savepoint {
    const savepoint = this.#tables.savepoint();
    this.temporary.savepoint(savepoint);
    return savepoint;
  }

  rollbackTo(savepoint: Savepoint): void {
    this.#only = undefined;
    this.#tables.rollbackTo(savepoint);
    this.temporary.rollbackTo(savepoint);
  }

  release(savepoint: Savepoint): void {
    this.temporary.release(savepoint);
  }

  /** Constraints of temporary tables can still fail; once they are checked, only the catalog's commit can. */
  async commit(): Promise<readonly CommittedSnapshot[]> {
    const only = this.#only;
    this.#only = undefined;
    try {
      await this.temporary.check();
    } catch (error) {
      await this.rollback();
      throw error;
    }
    try {
      await this.#commitOnce();
    } catch (error) {
      if (!(await this.#wonAgain(only, error))) {
        await this.temporary.rollback();
        await this.#removeScratch();
        throw error;
      }
    }
    await this.temporary.commit();
    await this.#removeScratch();
    return this.#snapshots.splice(0);
  }

  async rollback(): Promise<void> {
    await this.temporary.rollback();
    await this.#removeScratch();
    await removeWritten(this.#parts.store, [...this.#written]);
    this.#written.clear();
  }

  async #removeScratch(): Promise<void> {
    for (const path of this.#scratch) await rm(path, { force: true });
    this.#scratch.clear();
  }

  /** Commits what is staged; whatever the outcome, the next statement begins anew. */
  async #commitOnce(): Promise<void> {
    const { name, objects, catalog } = this.#parts;
    const { changes, base, by } = this.#tables.objects.staged;
    try {
      if (changes.size > 0) await objects.check(name, changes, base);
      this.#snapshots.push(...(await commitTables(this.#parts, this.#tables, this.#written)));
      if (changes.size > 0) await objects.commit(name, changes, base, by);
    } finally {
      this.#written.clear();
      this.#tables = new TransactionTables(catalog, this.context, () => objects.of(name));
    }
  }

  /**
   * A change that is all of its transaction: it is committed before its rows are sent, and made again on the fresh
   * state where another writer was faster, as PostgreSQL evaluates it again on rows it had to wait for.
   */
  async #executeAndCommit(only: OnlyChange, signal: AbortSignal): Promise<Execution> {
    const { turns, limits } = this.#writers;
    let turn = !only.appends && turns.taken(only.table) ? await turns.take(only.table, signal) : undefined;
    try {
      for (let attempt = 1; ; attempt++) {
        const { execution, isComplete } = await keptRows(await only.run(signal), limits.returningBytes);
        if (!isComplete) return execution;
        try {
          await this.#commitOnce();
          return execution;
        } catch (error) {
          if (attempt > limits.conflictRetries || !isLostConflict(error)) throw error;
        }
        turn ??= await turns.take(only.table, signal);
        await unlessAborted(backOff(Math.min(attempt, 5), RETRY_WAIT), signal);
      }
    } finally {
      turn?.();
    }
  }

  async #wonAgain(only: OnlyChange | undefined, error: unknown): Promise<boolean> {
    return only?.tag !== undefined && isLostConflict(error) && (await this.#commitAgain(only));
  }

  /** A change whose tag the client knows: made again it must come to the same one. Answers whether it did. */
  async #commitAgain(only: OnlyChange): Promise<boolean> {
    const { turns, limits } = this.#writers;
    const { signal } = new AbortController();
    const endTurn = await turns.take(only.table, signal);
    try {
      for (let attempt = 1; attempt <= limits.conflictRetries; attempt++) {
        if ((await only.run(signal)).tag() !== only.tag) break;
        try {
          await this.#commitOnce();
          return true;
        } catch (error) {
          if (!isLostConflict(error)) throw error;
        }
        await backOff(Math.min(attempt, 5), RETRY_WAIT);
      }
      await this.rollback();
      return false;
    } catch (error) {
      await this.rollback();
      if (error instanceof SqlError && error.sqlstate === '08007') throw error;
      return false;
    } finally {
      endTurn();
    }
  }

  /** The statement, analysed again if a table it reads has another schema by now or it travels in time. */
  async #current(prepared: PreparedStatement, context: StatementContext): Promise<PreparedStatement> {
    if (!(await this.#isStale(prepared, context))) return prepared;
    const { statement, parameterOids } = prepared;
    const fresh = await prepareAny(this.#parts, statement, parameterOids, { ...context, transaction: this }, this);
    if (!sameShape(prepared.fields, fresh.fields)) throw changedResultType();
    return fresh;
  }

  async #isStale(prepared: PreparedStatement, context: StatementContext): Promise<boolean> {
    await this.temporary.sync();
    if ((await context.temporary?.currentVersion()) !== prepared.temporaryVersion) return true;
    if (prepared.route.kind === 'fill') return true;
    if (prepared.route.kind === 'utility' || prepared.route.kind === 'temporary') return false;
    if (!sameMeaning(prepared.context, context)) return true;
    if (prepared.objects !== this.#tables.objects.current) return true;
    if (prepared.route.kind === 'postgres')
      await mirrorRelations(this.#parts, prepared.statement, this.#tables, context);
    if (prepared.statement.timeTravel.length > 0) return true;
    for (const [oid, read] of prepared.reads) {
      if (read.kind === 'temporary') return true;
      const loaded = await this.#tables.load(read.name);
      if (loaded === undefined || (await this.#parts.postgres.mirror.ensureTable(loaded)).oid !== oid) return true;
    }
    return false;
  }
}

type OnlyChange = {
  readonly run: (signal: AbortSignal) => Promise<Execution>;
  /** Of the table it changes. */
  readonly table: string;
  /** INSERT meets no other writer; it need not wait for a turn. */
  readonly appends: boolean;
  /** What the client was told. */
  readonly tag?: string;
};

const RETRY_WAIT = { minWaitMs: 2, maxWaitMs: 200 };

/** The table that a change is about; undefined for other statements. */
function changedTable({ route, reads }: PreparedStatement): string | undefined {
  const target =
    route.kind === 'modify'
      ? route.translation.target
      : route.kind === 'finish'
        ? route.plan.target?.relation
        : undefined;
  const read = target && reads.get(target.oid);
  return read === undefined ? undefined : tableNameText(read.name);
}

function isLostConflict(error: unknown): boolean {
  return error instanceof SqlError && error.sqlstate === '40001';
}

/** Settings that change what a statement means, not how its values are printed. */
const MEANING = ['search_path', 'timezone', 'datestyle', 'intervalstyle', 'extra_float_digits', 'bytea_output'];

function sameMeaning(before: PreparedStatement['context'], now: StatementContext): boolean {
  return (
    before.role === now.role && MEANING.every((setting) => before.settings.get(setting) === now.settings.get(setting))
  );
}
