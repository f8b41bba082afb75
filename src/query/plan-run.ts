import { notSupported } from '../base/sql-error.ts';
import type { EngineStatement } from '../engine/engine.ts';
import { scanMarker } from '../translate/translate.ts';
import type { Translation } from '../translate/translate.ts';
import type { StatementRun } from './statement-run.ts';
import type { LoadTable, PlannedRelation } from './scan-relations.ts';
import { bindParameters } from './bind-parameters.ts';
import { scanRelations } from './scan-relations.ts';
import { scanTemporary } from './temporary/scan-temporary.ts';

/** Scans and parameters of one execution; `load` is shared where several see the same state. */
export async function planRun(
  run: StatementRun,
  translation: Pick<Translation, 'sql' | 'scans' | 'parameters' | 'steps'>,
  load?: LoadTable,
): Promise<{
  readonly planned: readonly PlannedRelation[];
  /** The translation's statement, ready for the engine. */
  readonly statement: EngineStatement;
}> {
  if (translation.steps !== undefined)
    throw notSupported('a data-modifying statement in WITH here', 'Run it as a statement of its own.');
  const { prepared } = run;
  const parameters = await bindParameters(
    run.parts,
    translation.parameters,
    prepared.parameterOids,
    run.parameters,
    run.context,
    run.signal,
  );
  const planned = await scanRelations(
    run.parts,
    translation.scans,
    prepared.reads,
    run.tables,
    parameters.map(({ value }) => value),
    (request, read) => scanTemporary(run, request, read),
    load,
  );
  const sql = planned.reduce(
    (text, { inline }, index) => (inline === undefined ? text : text.replaceAll(scanMarker(index), () => inline)),
    translation.sql,
  );
  const { timeZone } = run.context.text;
  return { planned, statement: { sql, scans: planned.map(({ scan }) => scan), parameters, timeZone } };
}
