import type { DatabaseParts } from './database-parts.ts';
import type { Database } from './query.ts';
import { DatabaseTransaction } from './database-transaction.ts';
import { ListingSync } from './listing-sync.ts';
import { prepareStatement } from './prepare-statement.ts';
import { prepareUtility } from './run-utility.ts';
import { TransactionTables } from './transaction-tables.ts';

/** Opens a database over parts that are already open; the parts are closed by whoever opened them. */
export function openDatabase(parts: DatabaseParts): Database {
  const listing = new ListingSync(parts);
  return {
    name: parts.name,
    async begin(context) {
      return new DatabaseTransaction(parts, context);
    },
    async prepare(statement, parameterOids, context) {
      const { transaction } = context;
      const tables =
        transaction instanceof DatabaseTransaction
          ? transaction.tables
          : new TransactionTables(parts.catalog, { readOnly: false, isolation: 'read committed', startedAt: 0n });
      await listing.refreshFor(statement);
      return statement.kind === 'utility'
        ? prepareUtility(statement, parameterOids, context)
        : await prepareStatement(parts, statement, parameterOids, context, tables);
    },
    async [Symbol.asyncDispose]() {
      await listing[Symbol.asyncDispose]();
    },
  };
}
