import type { Field } from '../pgtype/pgtype.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { PreparedStatement } from './prepare-statement.ts';
import type {
  BoundParameters,
  Execution,
  Prepared,
  StatementContext,
  Transaction,
  TransactionContext,
} from './query.ts';
import { changedResultType } from './errors.ts';
import { commitTables } from './commit-tables.ts';
import { prepareStatement } from './prepare-statement.ts';
import { runStatement } from './run-statement.ts';
import { TransactionTables } from './transaction-tables.ts';
import type { Savepoint } from './transaction-tables.ts';

/** One unit of work: what it sees, what it changed, and the files it wrote. */
export class DatabaseTransaction implements Transaction {
  readonly context: TransactionContext;
  readonly tables: TransactionTables;
  readonly #parts: DatabaseParts;
  readonly #written = new Set<string>();

  constructor(parts: DatabaseParts, context: TransactionContext) {
    this.#parts = parts;
    this.context = context;
    this.tables = new TransactionTables(parts.catalog, context);
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
      prepared: await this.#current(prepared as PreparedStatement, context),
      parameters,
      resultFormats,
      context,
      signal,
      written: (uris) => {
        for (const uri of uris) this.#written.add(uri);
      },
      readOnly: this.context.readOnly,
    });
  }

  savepoint(): Savepoint {
    return this.tables.savepoint();
  }

  rollbackTo(savepoint: Savepoint): void {
    this.tables.rollbackTo(savepoint);
  }

  async commit(): Promise<void> {
    await commitTables(this.#parts, this.tables.staged, this.tables.namespaces, this.#written, this.context.isolation);
  }

  async rollback(): Promise<void> {
    await this.#parts.store.remove([...this.#written]);
    this.#written.clear();
  }

  /** The statement, analysed again if a table it reads has another schema by now or it travels in time. */
  async #current(prepared: PreparedStatement, context: StatementContext): Promise<PreparedStatement> {
    if (!(await this.#isStale(prepared, context))) return prepared;
    const fresh = await prepareStatement(
      this.#parts,
      prepared.statement,
      prepared.parameterOids,
      { ...context, transaction: this },
      this.tables,
    );
    if (!sameShape(prepared.fields, fresh.fields)) throw changedResultType();
    return fresh;
  }

  async #isStale(prepared: PreparedStatement, context: StatementContext): Promise<boolean> {
    if (prepared.route.kind === 'utility') return false;
    if (!sameMeaning(prepared.context, context)) return true;
    if (prepared.statement.timeTravel.length > 0) return true;
    for (const [oid, read] of prepared.reads) {
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

function sameShape(before: readonly Field[] | null, after: readonly Field[] | null): boolean {
  if (before === null || after === null) return before === after;
  return (
    before.length === after.length &&
    before.every((field, index) => {
      const other = after[index];
      return (
        other !== undefined &&
        field.name === other.name &&
        field.typeOid === other.typeOid &&
        field.typmod === other.typmod
      );
    })
  );
}
