import type { Field } from '../pgtype/pgtype.ts';
import type { NoticeFields } from '../postgres/postgres.ts';
import type { BoundParameters, Execution, ExecutionFigures, KnownAnswer } from '../query/query.ts';
import type { Statement } from '../sql/sql.ts';
import type { RunningStatement } from './running-statement.ts';
import { rowsOf } from './text-rows.ts';

/** A statement that was parsed and described and can be started any number of times. */
export type Plan = {
  readonly statement: Statement;
  readonly parameterOids: readonly number[];
  /** Null where it returns no rows. */
  readonly fields: readonly Field[] | null;
  readonly notices: readonly NoticeFields[];
  /** Where the statement itself says how its rows are encoded, whatever the client asks. */
  readonly formats?: readonly (0 | 1)[];
  /** `formats` has one entry per field. */
  start(parameters: BoundParameters, formats: readonly (0 | 1)[], running: RunningStatement): Promise<Execution>;
  /** The whole answer, at once, where it is known; the same as `start` would give. */
  known?(parameters: BoundParameters, formats: readonly (0 | 1)[]): KnownAnswer | undefined;
};

export const NO_FIGURES: ExecutionFigures = { filesRead: 0, filesTotal: 0, sizeBytes: 0, snapshotIds: [] };

/** The plan of a statement of the session's own that returns no rows; `run` resolves to its tag. */
export function commandPlan(statement: Statement, run: (running: RunningStatement) => Promise<string> | string): Plan {
  return {
    statement,
    parameterOids: [],
    fields: null,
    notices: [],
    async start(_parameters, _formats, running) {
      const tag = await run(running);
      return { rows: null, tag: () => tag, notices: [], figures: NO_FIGURES };
    },
  };
}

/** The plan of a statement of the session's own that returns rows of text. */
export function textPlan(
  statement: Statement,
  fields: readonly Field[],
  tag: string,
  run: () => Promise<readonly (readonly (string | null)[])[]>,
): Plan {
  return {
    statement,
    parameterOids: [],
    fields,
    notices: [],
    async start() {
      return { rows: rowsOf(await run()), tag: () => tag, notices: [], figures: NO_FIGURES };
    },
  };
}
