import type { PreparedStatement } from '../prepare-statement.ts';
import { inClientText } from '../prepare-statement.ts';
import type { Execution, StatementContext } from '../query.ts';
import type { StatementRun } from '../statement-run.ts';
import type { FillPlan } from './fill-plan.ts';
import { runTemporary } from './run-temporary.ts';
import { createSourceTable, stageRows } from './stage-rows.ts';
import { TemporaryObjects } from './temporary-objects.ts';
import type { TemporaryTransaction } from './temporary-transaction.ts';

/** Settings that the sources' tables are made under. */
const OWN_SETTINGS: ReadonlyMap<string, string> = new Map([['search_path', 'pg_catalog']]);

/** Parse and Describe of a statement that fills temporary tables: its sources are made, empty, and taken back. */
export async function describeFill(
  plan: FillPlan,
  parameterOids: readonly number[],
  context: StatementContext,
  transaction: TemporaryTransaction,
): Promise<Pick<PreparedStatement, 'fields' | 'parameterOids' | 'notices'>> {
  const { statement, sources } = plan;
  const instance = await transaction.enter(context);
  await instance.command('SAVEPOINT described');
  for (const source of sources) await createSourceTable(instance, source);
  const answer = await instance.describe(statement.text, []).catch((error: unknown) => {
    throw inClientText(error, statement.toClientPosition);
  });
  await instance.command('ROLLBACK TO SAVEPOINT described; RELEASE SAVEPOINT described');
  const oids = sources.every(({ isWhole }) => isWhole) ? answer.parameterOids : sources[0]!.prepared.parameterOids;
  return { fields: answer.fields, parameterOids: oids.length === 0 ? parameterOids : oids, notices: answer.notices };
}

/** Hands the rows of the sources to the private instance and runs the statement there. */
export async function runFill(
  run: StatementRun,
  plan: FillPlan,
  select: (run: StatementRun) => Promise<Execution>,
): Promise<Execution> {
  const { context, prepared } = run;
  for (const source of plan.sources) {
    const instance = await run.temporary.enter({ ...context, settings: OWN_SETTINGS });
    await createSourceTable(instance, source);
    const execution = await select({ ...run, prepared: source.prepared, resultFormats: [1] });
    await run.temporary.enter({ ...context, settings: OWN_SETTINGS });
    const limitBytes = source.isWhole ? run.parts.temporaryImportBytes : Infinity;
    await stageRows(instance, source, execution, limitBytes, run.signal);
  }
  const isWhole = plan.sources.every((source) => source.isWhole);
  const own = {
    ...run,
    prepared: { ...prepared, statement: plan.statement, ...(!isWhole && { parameterOids: [] }) },
    ...(!isWhole && { parameters: { formats: [], values: [] } }),
  };
  const execution = await runTemporary(own);
  // Open rows keep the tables in use; these go with the transaction.
  if (prepared.fields === null) {
    const instance = await run.temporary.enter(context);
    await instance.command(`DROP TABLE ${plan.sources.map(({ table }) => table).join(', ')}`);
  }
  if (context.temporary instanceof TemporaryObjects) context.temporary.changed();
  return execution;
}
