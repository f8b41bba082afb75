import { describeScan } from '../../plan/describe-scan.ts';
import type { PlannedRelation } from '../scan-relations.ts';
import type { ExplainedValue } from './explained-text.ts';
import type { Explained } from './run-explain.ts';

/** Scans with the files that a change drops unread, the engine's SQL where it is wanted (scans stand in it as markers), and its plan. */
export function describePlan(
  planned: readonly PlannedRelation[],
  dropped: (scan: number) => number,
  sql: string | undefined,
  engine: string,
): Pick<Explained, 'lines' | 'object'> {
  const scans = planned.map(({ scan, predicate }, index) => describeScan(scan.plan, predicate, dropped(index)));
  return {
    lines: [
      ...scans.flatMap(({ lines }) => lines),
      ...(sql === undefined ? [] : ['Engine SQL:', ...sql.split('\n').map((line) => `  ${line}`)]),
      'Engine plan:',
      ...engine.trimEnd().split('\n'),
    ],
    object: {
      Scans: scans.map(({ json }) => json),
      ...(sql !== undefined && { 'Engine SQL': sql }),
      'Engine Plan': parsed(engine),
    },
  };
}

/** The engine's plan as JSON, or as the text it is. */
function parsed(engine: string): ExplainedValue {
  try {
    return JSON.parse(engine) as ExplainedValue;
  } catch {
    return engine;
  }
}
