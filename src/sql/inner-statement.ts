import type { Node } from '@pgsql/types';
import { byteOffsets } from './byte-offsets.ts';
import type { Grammar, Token } from './grammar.ts';
import type { Statement, StatementKind } from './sql.ts';
import { matchingParenthesis } from './token-walk.ts';

/**
 * The statement inside EXPLAIN or CREATE TABLE ... AS, as a statement of its own; undefined where there is none of a
 * kind that can be analysed (EXECUTE, utility statements). Its positions lead to the client's text.
 */
export function innerStatement(grammar: Grammar, statement: Statement): Statement | undefined {
  const inner = innerNode(statement.node);
  const tokens = grammar.scan(statement.text);
  if (inner === undefined || tokens === undefined) return undefined;
  const kind = KINDS[Object.keys(inner)[0] ?? ''];
  const body = 'ExplainStmt' in statement.node ? explained(tokens) : defined(tokens);
  const first = body[0];
  const last = body.at(-1);
  if (kind === undefined || first === undefined || last === undefined) return undefined;
  const bytes = Buffer.from(statement.text);
  const text = bytes.toString('utf8', first.start, last.end);
  const whole = byteOffsets(statement.text);
  const part = byteOffsets(text);
  return {
    ...statement,
    text,
    kind,
    node: inner,
    toClientPosition: (position) => statement.toClientPosition(whole.position(first.start + part.offset(position))),
  };
}

const KINDS: Readonly<Record<string, StatementKind>> = {
  SelectStmt: 'select',
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'merge',
};

function innerNode(node: Node): Node | undefined {
  if ('ExplainStmt' in node) return node.ExplainStmt.query;
  return 'CreateTableAsStmt' in node ? node.CreateTableAsStmt.query : undefined;
}

/** EXPLAIN [ANALYZE] [VERBOSE] body, or EXPLAIN (options) body. */
function explained(tokens: readonly Token[]): readonly Token[] {
  // A body in parentheses follows the options, or stands where they would.
  if (tokens[1]?.text === '(' && !['select', 'with', 'values', '(', 'table'].includes(lower(tokens[2])))
    return tokens.slice(matchingParenthesis(tokens, 1) + 1);
  const first = tokens.findIndex((token, at) => at > 0 && !['analyze', 'analyse', 'verbose'].includes(lower(token)));
  return first < 0 ? [] : tokens.slice(first);
}

/** CREATE TABLE name [(columns)] [options] AS body [WITH [NO] DATA]. */
function defined(tokens: readonly Token[]): readonly Token[] {
  let depth = 0;
  let start = -1;
  for (const [at, token] of tokens.entries()) {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    else if (depth === 0 && token.kind === 'keyword' && lower(token) === 'as') {
      start = at + 1;
      break;
    }
  }
  if (start < 0) return [];
  const body = tokens.slice(start);
  if (lower(body.at(-1)) !== 'data') return body;
  if (lower(body.at(-2)) === 'with') return body.slice(0, -2);
  return lower(body.at(-2)) === 'no' && lower(body.at(-3)) === 'with' ? body.slice(0, -3) : body;
}

function lower(token: Token | undefined): string {
  return token?.text.toLowerCase() ?? '';
}
