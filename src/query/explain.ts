import type { ExplainStmt } from '@pgsql/types';
import { notSupported, SqlError } from '../base/sql-error.ts';
import type { Field } from '../pgtype/pgtype.ts';
import { describeScan } from '../plan/describe-scan.ts';
import { innerStatement } from '../sql/inner-statement.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { encodeTextRows, heldRows } from './held-rows.ts';
import { explainFinished } from './finish/explain-finished.ts';
import { prepareStatement } from './prepare-statement.ts';
import { figuresOf } from './figures-of.ts';
import { planRun } from './plan-run.ts';
import { takeValues } from './take-values.ts';
import { connectFor } from './statement-run.ts';
import { wholeFiles } from './whole-files.ts';

const TEXT_OID = 25;
const JSON_OID = 114;

type Options = { readonly analyse: boolean; readonly json: boolean };

/** The one column of EXPLAIN's result. */
export function explainField(node: ExplainStmt): Field {
  const typeOid = optionsOf(node).json ? JSON_OID : TEXT_OID;
  return { name: 'QUERY PLAN', tableOid: 0, attnum: 0, typeOid, typeSize: -1, typmod: -1 };
}

/**
 * EXPLAIN: per table the snapshot, the manifests and files read of all and why, then the engine's plan. ANALYZE of a
 * query runs it and adds times and rows. Statements that touch no table are explained by Postgres' own words: a result.
 */
export async function runExplain(run: StatementRun, node: ExplainStmt): Promise<Execution> {
  const options = optionsOf(node);
  const inner = innerStatement(run.parts.grammar, run.prepared.statement);
  if (inner === undefined)
    throw notSupported('EXPLAIN of this statement', 'Explain a query, INSERT, UPDATE, DELETE or MERGE.');
  const prepared = await prepareStatement(run.parts, inner, run.prepared.parameterOids, run.context, run.tables);
  const { route } = prepared;
  if (options.analyse && (route.kind === 'modify' || (route.kind === 'finish' && route.plan.target !== undefined)))
    throw notSupported('EXPLAIN ANALYZE of a data-modifying statement', 'Explain it without ANALYZE.');
  if (route.kind === 'finish') return await explainFinished({ ...run, prepared }, route.plan, options);
  if (route.kind !== 'select' && route.kind !== 'modify')
    return rowsOf(options.json ? [json([], 'Result')] : ['Result', '  Answered by the embedded Postgres'], []);
  const { planned, statement } = await planRun({ ...run, prepared }, route.translation);
  const connection = await connectFor(run);
  try {
    const sequences = route.kind === 'modify' ? route.translation.sequences : [];
    const engine = await takeValues(run, connection, sequences, () => connection.explain(statement, options));
    const whole = route.kind === 'modify' ? wholeFiles(route.translation, statement).dropped.length : 0;
    const scans = planned.map(({ scan, predicate }, index) =>
      describeScan(scan.plan, predicate, route.kind === 'modify' && index === route.translation.targetScan ? whole : 0),
    );
    if (options.json)
      return rowsOf(
        [
          json(
            scans.map((scan) => scan.json),
            engine,
          ),
        ],
        planned,
      );
    const lines = [...scans.flatMap((scan) => scan.lines), 'Engine plan:', ...engine.trimEnd().split('\n')];
    return rowsOf(lines, planned);
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}

function json(scans: readonly unknown[], engine: string): string {
  let plan: unknown = engine;
  try {
    plan = JSON.parse(engine);
  } catch {
    // Not JSON: shown as the text it is.
  }
  return JSON.stringify([{ Scans: scans, 'Engine Plan': plan }], null, 2);
}

function rowsOf(lines: readonly string[], planned: Parameters<typeof figuresOf>[0]): Execution {
  const bytes = encodeTextRows(lines.map((line) => [line]));
  return { rows: heldRows(bytes, lines.length), tag: () => 'EXPLAIN', notices: [], figures: figuresOf(planned) };
}

function optionsOf(node: ExplainStmt): Options {
  let analyse = false;
  let asJson = false;
  for (const option of node.options ?? []) {
    if (!('DefElem' in option)) continue;
    const name = option.DefElem.defname ?? '';
    const { arg } = option.DefElem;
    const value = arg === undefined ? 'true' : 'String' in arg ? (arg.String.sval ?? '') : 'true';
    const isOn = !['false', 'off', '0', 'no'].includes(value.toLowerCase());
    if (name === 'analyze') analyse = isOn;
    else if (name === 'format') asJson = formatOf(value);
  }
  return { analyse, json: asJson };
}

function formatOf(value: string): boolean {
  switch (value.toLowerCase()) {
    case 'json':
      return true;
    case 'text':
      return false;
    case 'xml':
    case 'yaml':
      throw notSupported(`EXPLAIN FORMAT ${value.toUpperCase()}`, 'Use FORMAT TEXT or FORMAT JSON.');
    default:
      throw new SqlError({ sqlstate: '22023', message: `unrecognized value for EXPLAIN option "format": "${value}"` });
  }
}
