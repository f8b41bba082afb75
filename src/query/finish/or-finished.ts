import { SqlError } from '../../base/sql-error.ts';
import type { RowStream } from '../../engine/engine.ts';
import type { Route } from '../prepare-statement.ts';
import type { Execution } from '../query.ts';
import type { StatementRun } from '../statement-run.ts';
import { runFinishedChange } from './run-finished-change.ts';
import { runFinished } from './run-finished.ts';

/**
 * A statement by the engine, or by Postgres where the engine fails before its first row: it met a value for which there is no
 * translation, or an error of values (class 22) of which only Postgres knows whether it comes to it.
 */
export async function orFinished(
  run: StatementRun,
  { kind, finish }: Extract<Route, { kind: 'select' | 'modify' }>,
  compute: () => Promise<Execution>,
): Promise<Execution> {
  const instead = async (error: unknown): Promise<Execution> => {
    const plan = error instanceof SqlError && isAboutValues(error) ? finish(error) : undefined;
    if (plan === undefined) throw error;
    const finished = plan.target === undefined ? runFinished(run, plan) : runFinishedChange(run, plan, plan.target);
    return await finished.catch((other: unknown) => {
      // Too much for Postgres: what the engine said stands.
      const isRefused = other instanceof SqlError && other.sqlstate === '0A000';
      throw isRefused && plan.reason.sqlstate !== '0A000' ? error : other;
    });
  };
  try {
    const execution = await compute();
    // A change is made before its first row.
    return kind === 'select' ? finishing(execution, instead) : execution;
  } catch (error) {
    return await instead(error);
  }
}

function isAboutValues({ sqlstate }: SqlError): boolean {
  return sqlstate === '0A000' || sqlstate.startsWith('22');
}

/** The execution, replaced by another one where its first rows fail. */
function finishing(first: Execution, instead: (error: unknown) => Promise<Execution>): Execution {
  const { rows } = first;
  if (rows === null) return first;
  let execution = first;
  let isBegun = false;
  const stream: RowStream = {
    async next(maxRows) {
      if (isBegun) return await execution.rows?.next(maxRows);
      isBegun = true;
      try {
        return await rows.next(maxRows);
      } catch (error) {
        execution = await instead(error);
        return await execution.rows?.next(maxRows);
      }
    },
    close: async () => await execution.rows?.close(),
  };
  return {
    rows: stream,
    tag: () => execution.tag(),
    get notices() {
      return execution.notices;
    },
    get figures() {
      return execution.figures;
    },
  };
}
