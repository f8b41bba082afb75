import { rm } from 'node:fs/promises';
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
import { changedResultType } from './errors.ts';
import { commitTables } from './commit-tables.ts';
import { prepareAny } from './prepare-any.ts';
import { runStatement } from './run-statement.ts';
import { sameShape } from './same-shape.ts';
import { TransactionTables } from './transaction-tables.ts';
import type { Savepoint } from './transaction-tables.ts';
import { TemporaryTransaction } from './temporary/temporary-transaction.ts';

/** One unit of work: what it sees, what it changed, and the files it wrote. */
export class DatabaseTransaction implements Transaction {
  readonly context: TransactionContext;
  readonly tables: TransactionTables;
  /** What it does to the session's temporary objects. */
  readonly temporary: TemporaryTransaction;
  readonly #parts: DatabaseParts;
  readonly #written = new Set<string>();
  readonly #scratch = new Set<string>();

  constructor(parts: DatabaseParts, context: TransactionContext) {
    this.#parts = parts;
    this.context = context;
    this.tables = new TransactionTables(parts.catalog, context);
    this.temporary = new TemporaryTransaction(context);
  }

  async execute(
    prepared: Prepared,
    parameters: BoundParameters,
    resultFormats: readonly (0 | 1)[],
    context: StatementContext,
    signal: AbortSignal,
  ): Promise<Execution> {
    return await runStatement({
      parts: this.#parts,
      tables: this.tables,
      temporary: this.temporary,
      prepared: await this.#current(prepared as PreparedStatement, context),
      parameters,
      resultFormats,
      context,
      signal,
      written: (uris) => {
        for (const uri of uris) this.#written.add(uri);
      },
      scratch: (path) => this.#scratch.add(path),
      readOnly: this.context.readOnly,
    });
  }

  savepoint(): Savepoint {
    const savepoint = this.tables.savepoint();
    this.temporary.savepoint(savepoint);
    return savepoint;
  }

  rollbackTo(savepoint: Savepoint): void {
    this.tables.rollbackTo(savepoint);
    this.temporary.rollbackTo(savepoint);
  }

  release(savepoint: Savepoint): void {
    this.temporary.release(savepoint);
  }

  /** Constraints of temporary tables can still fail; once they are checked, only the catalog's commit can. */
  async commit(): Promise<readonly CommittedSnapshot[]> {
    try {
      await this.temporary.check();
    } catch (error) {
      await this.rollback();
      throw error;
    }
    let snapshots: readonly CommittedSnapshot[];
    try {
      const { staged, namespaces } = this.tables;
      snapshots = await commitTables(this.#parts, staged, namespaces, this.#written, this.context.isolation);
    } catch (error) {
      await this.temporary.rollback();
      await this.#removeScratch();
      throw error;
    }
    await this.temporary.commit();
    await this.#removeScratch();
    return snapshots;
  }

  async rollback(): Promise<void> {
    await this.temporary.rollback();
    await this.#removeScratch();
    await this.#parts.store.remove([...this.#written]);
    this.#written.clear();
  }

  async #removeScratch(): Promise<void> {
    for (const path of this.#scratch) await rm(path, { force: true });
    this.#scratch.clear();
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
    if (prepared.statement.timeTravel.length > 0) return true;
    for (const [oid, read] of prepared.reads) {
      if (read.kind === 'temporary') return true;
      const loaded = await this.tables.load(read.name);
      if (loaded === undefined || (await this.#parts.postgres.mirror.ensureTable(loaded)).oid !== oid) return true;
    }
    return false;
  }
}

/** Settings that change what a statement means, not how its values are printed. */
const MEANING = ['search_path', 'timezone', 'datestyle', 'intervalstyle', 'extra_float_digits', 'bytea_output'];

function sameMeaning(before: PreparedStatement['context'], now: StatementContext): boolean {
  return (
    before.role === now.role && MEANING.every((setting) => before.settings.get(setting) === now.settings.get(setting))
  );
}
