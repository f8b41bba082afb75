import type { DatabaseParts } from './database-parts.ts';
import type { Database } from './query.ts';
import { DatabaseTransaction } from './database-transaction.ts';
import type { WriteLimits } from './database-transaction.ts';
import { WriteTurns } from './write-turns.ts';
import { checkParameters } from './check-parameters.ts';
import { ensureTypesAndSequences } from './ensure-objects.ts';
import { ListingSync, listsCatalog, mirrorStaged } from './listing-sync.ts';
import { prepareAny } from './prepare-any.ts';
import { preparedBefore } from './prepare-statement.ts';
import { TemporaryObjects } from './temporary/temporary-objects.ts';

/** How long another gateway's views, sequences, types and routines may stay unseen. */
const OBJECTS_AGE_MS = 1000;

/** Opens a database over parts that are already open; the parts are closed by whoever opened them. */
export function openDatabase(parts: DatabaseParts, limits: WriteLimits): Database {
  const turns = new WriteTurns();
  const listing = new ListingSync(parts, () => ensureTypesAndSequences(parts));
  return {
    name: parts.name,
    async begin(context) {
      await parts.objects.refresh(OBJECTS_AGE_MS);
      return new DatabaseTransaction(parts, context, { turns, limits });
    },
    async prepare(statement, parameterOids, context) {
      const { transaction } = context;
      await parts.objects.refresh(OBJECTS_AGE_MS);
      const unit = transaction instanceof DatabaseTransaction ? transaction : undefined;
      await listing.refreshFor(statement);
      if (unit !== undefined && listsCatalog(statement)) await mirrorStaged(parts.postgres, unit.tables);
      return await prepareAny(parts, statement, parameterOids, context, unit);
    },
    prepared: (statement, parameterOids, context) => preparedBefore(parts, statement, parameterOids, context),
    checkParameters: (oids, bound, context, signal) => checkParameters(parts, oids, bound, context, signal),
    temporaries: (role) =>
      new TemporaryObjects(parts.privatePostgres, role, (name) => parts.postgres.mirror.dropTable(name)),
    async [Symbol.asyncDispose]() {
      await listing[Symbol.asyncDispose]();
    },
  };
}
