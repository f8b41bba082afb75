import { nowMicroseconds } from '../base/now-microseconds.ts';
import type { Statement } from '../sql/sql.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { PreparedStatement } from './prepare-statement.ts';
import type { StatementContext } from './query.ts';
import { ListingSync, listsCatalog } from './listing-sync.ts';
import { TemporaryObjects } from './temporary/temporary-objects.ts';
import { prepareCall } from './prepare-call.ts';
import { prepareStatement } from './prepare-statement.ts';
import { prepareUtility } from './run-utility.ts';
import { prepareTemporary } from './temporary/prepare-temporary.ts';
import { temporaryRoute } from './temporary/temporary-route.ts';
import { fillPlan } from './temporary/fill-plan.ts';
import { describeFill } from './temporary/run-fill.ts';
import { TemporaryTransaction } from './temporary/temporary-transaction.ts';
import { TransactionTables } from './transaction-tables.ts';

/** The private instance shows the tables of the catalog too. */
async function listTables(parts: DatabaseParts, { temporary, settings }: StatementContext): Promise<void> {
  if (!(temporary instanceof TemporaryObjects)) return;
  const instance = await temporary.instance(settings);
  await instance.define(async (mirror) => {
    await new ListingSync({ catalog: parts.catalog, postgres: { mirror } }).refresh();
  });
}

/** A statement that takes rows of the catalog's tables into temporary ones. */
async function prepareFill(
  parts: DatabaseParts,
  statement: Statement,
  parameterOids: readonly number[],
  context: StatementContext,
  unit: { readonly tables: TransactionTables; readonly temporary: TemporaryTransaction | undefined },
): Promise<PreparedStatement> {
  const plan = await fillPlan(parts, statement, parameterOids, context, unit.tables, (query, oids) =>
    prepareStatement(parts, query, oids, context, unit.tables),
  );
  const shared = { statement, reads: new Map(), route: { kind: 'fill' as const, plan }, context };
  if (statement.kind === 'utility')
    return { ...shared, parameterOids: plan.sources[0]?.prepared.parameterOids ?? [], fields: null, notices: [] };
  if (unit.temporary !== undefined)
    return { ...shared, ...(await describeFill(plan, parameterOids, context, unit.temporary)) };
  const own = new TemporaryTransaction({ readOnly: false, isolation: 'read committed', startedAt: nowMicroseconds() });
  try {
    return { ...shared, ...(await describeFill(plan, parameterOids, context, own)) };
  } finally {
    await own.rollback();
  }
}

/** The open unit of work that a statement is prepared in, if there is one. */
type UnitOfWork = { readonly tables: TransactionTables; readonly temporary: TemporaryTransaction };

/** Parse and Describe of any statement: by the session's private instance where only temporary objects are meant. */
export async function prepareAny(
  parts: DatabaseParts,
  statement: Statement,
  parameterOids: readonly number[],
  context: StatementContext,
  unit: UnitOfWork | undefined,
): Promise<PreparedStatement> {
  const tables =
    unit?.tables ??
    new TransactionTables(
      parts.catalog,
      { readOnly: false, isolation: 'read committed', startedAt: nowMicroseconds() },
      () => parts.objects.of(parts.name),
    );
  await unit?.temporary.sync();
  const route = await temporaryRoute(parts, statement, context, tables, unit?.temporary.isOpen === true);
  if (route === 'private' && unit?.temporary.isOpen !== true && listsCatalog(statement))
    await listTables(parts, context);
  const prepared =
    route === 'private'
      ? await prepareTemporary(statement, parameterOids, context, unit?.temporary)
      : route === 'fill'
        ? await prepareFill(parts, statement, parameterOids, context, { tables, temporary: unit?.temporary })
        : 'CallStmt' in statement.node
          ? await prepareCall(parts, statement, parameterOids, context, tables)
          : statement.kind === 'utility'
            ? prepareUtility(statement, parameterOids, context)
            : await prepareStatement(parts, statement, parameterOids, context, tables);
  return context.temporary === undefined ? prepared : { ...prepared, temporaryVersion: context.temporary.version };
}
