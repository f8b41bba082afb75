import { tableNameText } from '../errors.ts';
import type { StatementRun } from '../statement-run.ts';
import type { StagedTable } from '../transaction-tables.ts';
import type { ExplainOptions } from './explain-options.ts';
import { explainPlan } from './explain-plan.ts';
import type { Execute, Explained } from './run-explain.ts';

/**
 * Explains what changes tables. ANALYZE carries it out, as in PostgreSQL, and tells the rows and files that changed:
 * `changing` runs the statement that `run` has the query of.
 */
export async function explainChange(
  run: StatementRun,
  changing: StatementRun,
  planningMs: number,
  options: ExplainOptions,
  execute: Execute,
): Promise<Explained> {
  const reads = run.prepared.route.kind !== 'postgres';
  const plan = reads ? await explainPlan(run, planningMs, { ...options, analyse: false }) : undefined;
  if (!options.analyse && plan !== undefined) return plan;
  const before = filesOf(run.tables.staged);
  const startedAt = performance.now();
  const execution = await execute(changing);
  const { rows, notices, figures } = execution;
  while (rows !== null && (await rows.next()) !== undefined);
  const executionMs = performance.now() - startedAt;
  const changes = [...filesOf(run.tables.staged)].flatMap(([table, after]) => {
    const was = before.get(table);
    const change = {
      'Data Files Added': after.added - (was?.added ?? 0),
      'Delete Files Added': after.deletes - (was?.deletes ?? 0),
      'Data Files Removed': after.removed - (was?.removed ?? 0),
    };
    return Object.values(change).some((count) => count > 0) ? [{ 'Relation Name': table, ...change }] : [];
  });
  const count = Number(/\d+$/.exec(execution.tag())?.[0] ?? 0);
  return {
    lines: [
      ...changes.flatMap(({ 'Relation Name': table, ...files }) => [
        `Iceberg Change of ${table}`,
        ...Object.entries(files).map(([name, number]) => `  ${name}: ${number}`),
      ]),
      `Rows Changed: ${count}`,
      ...(plan?.lines ?? []),
    ],
    object: { Changes: changes, 'Rows Changed': count, ...plan?.object },
    planningMs: plan?.planningMs ?? planningMs,
    executionMs,
    execution: { figures, notices },
  };
}

type Files = { readonly added: number; readonly deletes: number; readonly removed: number };

function filesOf(staged: readonly StagedTable[]): ReadonlyMap<string, Files> {
  return new Map(
    staged
      .filter(({ dropped }) => !dropped)
      .map(({ name, pending }) => [
        tableNameText(name),
        {
          added: pending.addedData.length,
          deletes: pending.addedDeletes.length,
          removed: pending.removedData.size,
        },
      ]),
  );
}
