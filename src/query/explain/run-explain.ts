import type { ExplainStmt } from '@pgsql/types';
import { notSupported } from '../../base/sql-error.ts';
import type { Field } from '../../pgtype/pgtype.ts';
import { OID } from '../../pgtype/oid.ts';
import type { Grammar } from '../../sql/grammar.ts';
import { innerStatement } from '../../sql/inner-statement.ts';
import { intoClause } from '../../sql/into-clause.ts';
import type { Statement } from '../../sql/sql.ts';
import { byteOffsets } from '../../sql/byte-offsets.ts';
import type { Execution } from '../query.ts';
import type { StatementRun } from '../statement-run.ts';
import { encodeTextRows, heldRows } from '../held-rows.ts';
import { prepareStatement } from '../prepare-statement.ts';
import { columnFormats, NO_FIGURES } from '../statement-run.ts';
import { explainFormat, explainOptions } from './explain-options.ts';
import type { ExplainOptions } from './explain-options.ts';
import { explainChange } from './explain-change.ts';
import { explainPlan } from './explain-plan.ts';
import { explainedText } from './explained-text.ts';
import type { Explanation } from './explained-text.ts';

/** The one column of EXPLAIN's result. */
export function explainField(node: ExplainStmt): Field {
  const typeOid = { json: OID.json, xml: OID.xml }[explainFormat(node)] ?? OID.text;
  return { name: 'QUERY PLAN', tableOid: 0, attnum: 0, typeOid, typeSize: -1, typmod: -1 };
}

/** Runs a statement of the same transaction. */
export type Execute = (run: StatementRun) => Promise<Execution>;

/** A statement as EXPLAIN tells of it: lines for people, an object for programs. */
export type Explained = {
  readonly lines: readonly string[];
  readonly object: Explanation;
  readonly planningMs: number;
  readonly executionMs: number | undefined;
  readonly execution: Pick<Execution, 'figures' | 'notices'>;
};

/**
 * EXPLAIN: per table the snapshot, the manifests and files read of all and why, then the engine's plan; VERBOSE adds
 * the SQL that the engine gets. ANALYZE runs the statement, changes included, and adds rows and times. What touches no
 * table is explained by the embedded Postgres.
 */
export async function runExplain(run: StatementRun, node: ExplainStmt, execute: Execute): Promise<Execution> {
  const { grammar } = run.parts;
  const { statement } = run.prepared;
  const options = explainOptions(node, (name) => optionPosition(grammar, statement, name));
  const whole = innerStatement(grammar, statement);
  if (whole === undefined)
    throw notSupported(
      'EXPLAIN of this statement',
      'Explain a query, INSERT, UPDATE, DELETE, MERGE or CREATE TABLE AS.',
    );
  const startedAt = performance.now();
  const inner = queryOf(grammar, whole);
  const oids = run.prepared.parameterOids;
  const prepared = await prepareStatement(run.parts, inner, oids, run.context, run.tables);
  const planningMs = performance.now() - startedAt;
  const { route } = prepared;
  const creates = inner !== whole && !('DeclareCursorStmt' in whole.node);
  if (route.kind === 'postgres' && !(creates && options.analyse)) {
    const head = statement.text.slice(0, statement.text.length - whole.text.length);
    return await explainInPostgres(run, head + inner.text);
  }
  const own: StatementRun = { ...run, prepared };
  const changes = route.kind === 'modify' || (route.kind === 'finish' && route.plan.target !== undefined);
  if (changes || (creates && options.analyse)) {
    const changing = creates ? { ...run, prepared: { ...run.prepared, statement: whole } } : own;
    return shown(await explainChange(own, changing, planningMs, options, execute), options);
  }
  return shown(await explainPlan(own, planningMs, options), options);
}

/** The query that a statement of another kind is about. */
function queryOf(grammar: Grammar, whole: Statement): Statement {
  const isNested = 'CreateTableAsStmt' in whole.node || 'DeclareCursorStmt' in whole.node || intoClause(whole.node);
  if (!isNested) return whole;
  const inner = innerStatement(grammar, whole);
  if (inner === undefined) throw notSupported('EXPLAIN of this statement', 'Explain the query itself.');
  return inner;
}

function optionPosition(grammar: Grammar, statement: Statement, name: string): number | undefined {
  const token = (grammar.scan(statement.text) ?? []).find(
    ({ text }, at) => at > 1 && text.toLowerCase().replaceAll('"', '') === name,
  );
  return token && statement.toClientPosition(byteOffsets(statement.text).position(token.start));
}

async function explainInPostgres(run: StatementRun, text: string): Promise<Execution> {
  const { context, parameters, prepared } = run;
  const result = await run.parts.postgres.execute(
    { role: context.role, settings: context.settings },
    text,
    { oids: prepared.parameterOids, formats: parameters.formats, values: parameters.values },
    columnFormats(run.resultFormats, 1),
    run.signal,
  );
  const rows = heldRows(result.rows, result.rowCount);
  return { rows, tag: () => 'EXPLAIN', notices: result.notices, figures: NO_FIGURES };
}

function shown(explained: Explained, options: ExplainOptions): Execution {
  const { planningMs, executionMs, execution } = explained;
  const texts =
    options.format === 'text'
      ? [
          ...explained.lines,
          ...(options.summary ? [`Planning Time: ${planningMs.toFixed(3)} ms`] : []),
          ...(options.summary && executionMs !== undefined ? [`Execution Time: ${executionMs.toFixed(3)} ms`] : []),
        ]
      : [
          explainedText(
            {
              ...explained.object,
              ...(options.summary && { 'Planning Time': rounded(planningMs) }),
              ...(options.summary && executionMs !== undefined && { 'Execution Time': rounded(executionMs) }),
            },
            options.format,
          ),
        ];
  const rows = heldRows(encodeTextRows(texts.map((text) => [text])), texts.length);
  return { rows, tag: () => 'EXPLAIN', ...execution };
}

function rounded(milliseconds: number): number {
  return Number(milliseconds.toFixed(3));
}
