import type { DeallocateStmt, ExecuteStmt, Node, PrepareStmt } from '@pgsql/types';
import { notSupported } from '../base/sql-error.ts';
import type { BoundParameters } from '../query/query.ts';
import type { Grammar } from '../sql/grammar.ts';
import { matchingParenthesis } from '../sql/is-name.ts';
import { splitStatements } from '../sql/split-statements.ts';
import type { Statement } from '../sql/sql.ts';
import { checkSessionMemory, textBytes } from './check-session-memory.ts';
import { duplicateStatement, tooManyOfSession, unknownStatement, wrongArgumentCount } from './errors.ts';
import { innerQuery, listInParentheses } from './inner-query.ts';
import { commandPlan } from './plan.ts';
import type { Plan } from './plan.ts';
import { planQuery } from './plan-query.ts';
import { quoteLiteral } from './query-text.ts';
import type { SessionState } from './session-state.ts';
import type { StoredStatement } from './stored-statement.ts';

/** PREPARE name [(types)] AS query. It shares names with the statements of Parse. */
export function prepareStatement(state: SessionState, statement: Statement, node: PrepareStmt): Plan {
  return commandPlan(statement, async () => {
    const { grammar } = state.host;
    const inner = innerQuery(grammar, statement, node.query, 'as');
    const types = node.argtypes === undefined ? [] : listInParentheses(grammar, statement);
    const plan = await planQuery(state, inner, await typeOids(state, types));
    storeStatement(state, node.name ?? '', plan, { text: state.activity.text, isFromSql: true });
    return 'PREPARE';
  });
}

/** Keeps a named statement; 42P05 where the name is taken. */
export function storeStatement(
  state: SessionState,
  name: string,
  plan: Plan | null,
  made: Pick<StoredStatement, 'text' | 'isFromSql'>,
): void {
  if (name !== '' && state.statements.has(name)) throw duplicateStatement(name);
  const limit = state.host.limits.preparedStatements;
  if (name !== '' && state.statements.size >= limit)
    throw tooManyOfSession('prepared statements', limit, 'DEALLOCATE those that are not needed any more.');
  if (name !== '') checkSessionMemory(state, textBytes(made.text));
  state.statements.set(name, { plan, ...made, preparedAtMs: name === '' ? 0 : Date.now() });
}

/** EXECUTE name [(arguments)]: answers what the prepared statement answers. */
export function executeStatement(state: SessionState, statement: Statement, node: ExecuteStmt): Plan {
  const name = node.name ?? '';
  const target = name === '' ? undefined : state.statements.get(name)?.plan;
  if (target === undefined || target === null) throw unknownStatement(name);
  return {
    statement,
    parameterOids: [],
    fields: target.fields,
    notices: [],
    async start(_parameters, formats, running) {
      const texts = node.params === undefined ? [] : listInParentheses(state.host.grammar, statement);
      if (texts.length !== target.parameterOids.length)
        throw wrongArgumentCount(name, texts.length, target.parameterOids.length);
      return await target.start(await argumentValues(state, target, texts), formats, running);
    },
  };
}

/** EXPLAIN EXECUTE and CREATE TABLE AS EXECUTE: the prepared text stands in the place of EXECUTE. Undefined for others. */
export async function nestedExecuteStatement(
  state: SessionState,
  statement: Statement,
  node: Node | undefined,
): Promise<Plan | undefined> {
  if (node === undefined) return undefined;
  if ('CreateTableAsStmt' in node) return await nestedExecuteStatement(state, statement, node.CreateTableAsStmt.query);
  if (!('ExecuteStmt' in node)) return undefined;
  const name = node.ExecuteStmt.name ?? '';
  const target = state.statements.get(name)?.plan;
  if (target === undefined || target === null) throw unknownStatement(name);
  if (target.statement.timeTravel.length > 0)
    throw notSupported('EXECUTE of a statement that travels in time, inside another one', 'Write the query itself.');
  const { head, execute, tail } = aroundExecute(state.host.grammar, statement);
  const texts =
    node.ExecuteStmt.params === undefined ? [] : listInParentheses(state.host.grammar, { ...statement, text: execute });
  if (texts.length !== target.parameterOids.length)
    throw wrongArgumentCount(name, texts.length, target.parameterOids.length);
  const [whole] = splitStatements(state.host.grammar, head + target.statement.text + tail);
  const extension = statement.extension ?? target.statement.extension;
  const inner = { ...whole!, clientText: statement.clientText, ...(extension && { extension }) };
  const plan = await planQuery(state, inner, target.parameterOids);
  return {
    ...plan,
    statement,
    parameterOids: [],
    start: async (_parameters, formats, running) =>
      await plan.start(await argumentValues(state, target, texts), formats, running),
  };
}

/** The text before EXECUTE, its own with the arguments, and what follows. */
function aroundExecute(
  grammar: Grammar,
  { text }: Statement,
): { readonly head: string; readonly execute: string; readonly tail: string } {
  const tokens = grammar.scan(text) ?? [];
  const first = tokens.findLastIndex((token) => token.kind === 'keyword' && token.text.toLowerCase() === 'execute');
  const last = tokens[first + 2]?.text === '(' ? matchingParenthesis(tokens, first + 2) : first + 1;
  const bytes = Buffer.from(text);
  const [start, end] = [tokens[first]!.start, tokens[last]!.end];
  return {
    head: bytes.toString('utf8', 0, start),
    execute: bytes.toString('utf8', start, end),
    tail: bytes.toString('utf8', end),
  };
}

/** DEALLOCATE name and DEALLOCATE ALL. */
export function deallocateStatement(state: SessionState, statement: Statement, node: DeallocateStmt): Plan {
  return commandPlan(statement, () => {
    if (node.name === undefined) state.statements.clear();
    else if (!state.statements.delete(node.name)) throw unknownStatement(node.name);
    return node.name === undefined ? 'DEALLOCATE ALL' : 'DEALLOCATE';
  });
}

async function typeOids(state: SessionState, types: readonly string[]): Promise<readonly number[]> {
  if (types.length === 0) return [];
  const columns = types.map((type) => `${quoteLiteral(type.trim())}::pg_catalog.regtype::pg_catalog.oid`);
  const [row] = await state.query(`SELECT ${columns.join(', ')}`);
  return row!.map(Number);
}

/** Arguments are expressions without columns: Postgres evaluates them, as the types of the parameters. */
async function argumentValues(state: SessionState, target: Plan, texts: readonly string[]): Promise<BoundParameters> {
  if (texts.length === 0) return { formats: [], values: [] };
  const oids = target.parameterOids.map((oid) => `pg_catalog.format_type(${oid}, -1)`);
  const [types] = await state.query(`SELECT ${oids.join(', ')}`);
  const casts = texts.map((text, index) => `CAST((${text}) AS ${types![index]})`);
  const [values] = await state.query(`SELECT ${casts.join(', ')}`);
  return { formats: [], values: values!.map((value) => (value === null ? null : Buffer.from(value))) };
}
