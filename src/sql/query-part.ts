/**
 * The query inside a statement that makes or fills a table (CREATE TABLE AS, SELECT INTO, INSERT ... SELECT), taken out
 * so that it can be computed elsewhere. Pure over tokens.
 */
import { byteOffsets } from './byte-offsets.ts';
import type { Grammar, Token } from './grammar.ts';
import { innerStatement } from './inner-statement.ts';
import { matchingParenthesis } from './is-name.ts';
import type { Statement } from './sql.ts';
import { applyEdits, type TextEdit } from './text-edits.ts';

export type QueryPart = {
  readonly query: Statement;
  /** The statement with other text in place of its query. */
  readonly replaced: (text: string) => Statement;
};

/** Undefined where the statement has no such query, or has more around it (WITH before INSERT). */
export function queryPart(grammar: Grammar, statement: Statement): QueryPart | undefined {
  const { node } = statement;
  if ('CreateTableAsStmt' in node) return ofCreation(grammar, statement);
  if ('SelectStmt' in node) return ofSelectInto(grammar, statement);
  if ('InsertStmt' in node && node.InsertStmt.withClause === undefined) return ofInsert(grammar, statement);
  return undefined;
}

function ofCreation(grammar: Grammar, statement: Statement): QueryPart | undefined {
  const query = innerStatement(grammar, statement);
  if (query === undefined) return undefined;
  const start = Buffer.byteLength(statement.text.slice(0, statement.text.lastIndexOf(query.text)));
  const end = start + Buffer.byteLength(query.text);
  return { query, replaced: (replacement) => edited(statement, [{ start, end, replacement }]) };
}

/** `SELECT ... INTO TEMP t ...` is `CREATE TEMP TABLE t AS SELECT ...`. */
function ofSelectInto(grammar: Grammar, statement: Statement): QueryPart | undefined {
  const tokens = grammar.scan(statement.text) ?? [];
  const into = outside(tokens, (token) => word(token) === 'into');
  if (into === -1) return undefined;
  let name = into + 1;
  while (['temp', 'temporary', 'local', 'global', 'table'].includes(word(tokens[name]))) name++;
  let last = name;
  while (tokens[last + 1]?.text === '.') last += 2;
  const [from, to] = [tokens[name]?.start, tokens[last]?.end];
  if (from === undefined || to === undefined) return undefined;
  const target = byteOffsets(statement.text).slice(from, to);
  const cut = { start: tokens[into]!.start, end: to, replacement: '' };
  const query = parsed(grammar, edited(statement, [cut]));
  if (query === undefined) return undefined;
  const whole = { start: 0, end: Buffer.byteLength(statement.text) };
  return {
    query,
    replaced: (text) => edited(statement, [{ ...whole, replacement: `CREATE TEMP TABLE ${target} AS ${text}` }]),
  };
}

function ofInsert(grammar: Grammar, statement: Statement): QueryPart | undefined {
  const tokens = grammar.scan(statement.text) ?? [];
  const first = queryStart(tokens);
  const tail = outside(tokens, (token, at) => at > first && endsQuery(tokens, at, token));
  const last = tail === -1 ? tokens.length - 1 : tail - 1;
  const [start, end] = [tokens[first]?.start, tokens[last]?.end];
  if (first === -1 || start === undefined || end === undefined || last < first) return undefined;
  const sizeBytes = Buffer.byteLength(statement.text);
  const cuts = [
    { start: 0, end: start, replacement: '' },
    { start: end, end: sizeBytes, replacement: '' },
  ];
  const query = parsed(grammar, edited(statement, cuts));
  if (query === undefined) return undefined;
  return { query, replaced: (replacement) => edited(statement, [{ start, end, replacement }]) };
}

function queryStart(tokens: readonly Token[]): number {
  for (let at = 2; at < tokens.length; at++) {
    if (STARTS.has(word(tokens[at]))) return at;
    if (tokens[at]!.text !== '(') continue;
    let inside = at;
    while (tokens[inside]?.text === '(') inside++;
    if (STARTS.has(word(tokens[inside]))) return at;
    at = matchingParenthesis(tokens, at);
  }
  return -1;
}

const STARTS = new Set(['select', 'with', 'values', 'table']);

function endsQuery(tokens: readonly Token[], at: number, token: Token): boolean {
  return word(token) === 'returning' || (word(token) === 'on' && word(tokens[at + 1]) === 'conflict');
}

/** The first such token outside of parentheses; -1 if there is none. */
function outside(tokens: readonly Token[], found: (token: Token, at: number) => boolean): number {
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]!.text === '(') at = matchingParenthesis(tokens, at);
    else if (tokens[at]!.kind === 'keyword' && found(tokens[at]!, at)) return at;
  }
  return -1;
}

function word(token: Token | undefined): string {
  return token?.text.toLowerCase() ?? '';
}

/** The statement with its text edited; positions still lead to the client's text. */
function edited(statement: Statement, edits: readonly TextEdit[]): Statement {
  const result = applyEdits(statement.text, edits);
  const before = byteOffsets(statement.text);
  const after = byteOffsets(result.text);
  return {
    ...statement,
    text: result.text,
    toClientPosition: (position) =>
      statement.toClientPosition(before.position(result.originalOffset(after.offset(position)))),
  };
}

function parsed(grammar: Grammar, statement: Statement): Statement | undefined {
  const result = grammar.parse(statement.text);
  const [first, ...more] = result.kind === 'error' ? [] : result.statements;
  return first === undefined || more.length > 0 ? undefined : { ...statement, node: first.node, kind: 'select' };
}
