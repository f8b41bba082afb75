/**
 * The query inside a utility statement: EXPLAIN, CREATE TABLE AS, CREATE VIEW, DECLARE CURSOR, PREPARE, COPY (query).
 */
import type { Node } from '@pgsql/types';
import { byteOffsets } from './byte-offsets.ts';
import type { Grammar, Token } from './grammar.ts';
import { intoClause } from './into-clause.ts';
import { mentionedRelations } from './mentioned-relations.ts';
import type { Statement } from './sql.ts';
import { statementKind } from './statement-kind.ts';
import { matchingParenthesis } from './is-name.ts';

/** The inner statement with positions in the client's text; undefined where there is none (AS EXECUTE, COPY t). */
export function innerStatement(grammar: Grammar, statement: Statement): Statement | undefined {
  const tokens = grammar.scan(statement.text);
  if (tokens !== undefined && intoClause(statement.node)) return withoutInto(grammar, statement, tokens);
  const range = tokens && innerTokens(statement.node, tokens);
  if (tokens === undefined || range === undefined || range.first >= range.end) return undefined;
  const offsets = byteOffsets(statement.text);
  const start = tokens[range.first]!.start;
  const text = offsets.slice(start, tokens[range.end - 1]!.end);
  const parsed = grammar.parse(text);
  if (parsed.kind === 'error' || parsed.statements.length !== 1) return undefined;
  const { node } = parsed.statements[0]!;
  if ('ExecuteStmt' in node) return undefined;
  const mentioned = new Set(mentionedRelations(node).map(({ name }) => name));
  const own = byteOffsets(text);
  return {
    text,
    clientText: statement.clientText,
    kind: statementKind(node),
    node,
    relations: statement.relations.filter(({ name }) => mentioned.has(name)),
    timeTravel: statement.timeTravel.filter(({ placeholder }) => mentioned.has(placeholder)),
    ...(statement.extension && 'CreateTableAsStmt' in node && { extension: statement.extension }),
    toClientPosition: (position) => statement.toClientPosition(offsets.position(start + own.offset(position))),
  };
}

/** The query of SELECT INTO: what stays of the text is at the same position. */
function withoutInto(grammar: Grammar, statement: Statement, tokens: readonly Token[]): Statement | undefined {
  const first = afterWord(tokens, 'into') - 1;
  let last = first + 1;
  while (['temporary', 'temp', 'local', 'global', 'unlogged', 'table'].includes(wordAt(tokens, last))) last++;
  while (wordAt(tokens, last + 1) === '.') last += 2;
  const offsets = byteOffsets(statement.text);
  const [start, end] = [tokens[first]!.start, tokens[last]!.end];
  const blank = offsets.slice(start, end).replaceAll(/./gsu, ' ');
  const text = offsets.slice(0, start) + blank + offsets.slice(end, offsets.sizeBytes);
  const parsed = grammar.parse(text);
  if (parsed.kind === 'error' || parsed.statements.length !== 1) return undefined;
  const created = intoClause(statement.node)?.rel;
  return {
    ...statement,
    text,
    kind: 'select',
    node: parsed.statements[0]!.node,
    relations: statement.relations.filter(
      ({ name, schema }) => name !== created?.relname || schema !== created.schemaname,
    ),
  };
}

type TokenRange = { readonly first: number; readonly end: number };

function innerTokens(node: Node, tokens: readonly Token[]): TokenRange | undefined {
  const end = tokens.length;
  if ('ExplainStmt' in node) return { first: afterExplain(tokens), end };
  if ('CreateTableAsStmt' in node) return { first: afterWord(tokens, 'as'), end: beforeWithData(tokens) };
  if ('PrepareStmt' in node) return { first: afterWord(tokens, 'as'), end };
  if ('ViewStmt' in node) return { first: afterWord(tokens, 'as'), end: beforeCheckOption(tokens) };
  if ('DeclareCursorStmt' in node) return { first: afterWord(tokens, 'for'), end };
  if ('CopyStmt' in node && node.CopyStmt.query) return { first: 2, end: matchingParenthesis(tokens, 1) };
  return undefined;
}

function wordAt(tokens: readonly Token[], at: number): string {
  return tokens[at]?.text.toLowerCase() ?? '';
}

function afterExplain(tokens: readonly Token[]): number {
  if (wordAt(tokens, 1) === '(' && !startsQuery(wordAt(tokens, 2))) return matchingParenthesis(tokens, 1) + 1;
  let first = 1;
  while (['analyze', 'analyse', 'verbose'].includes(wordAt(tokens, first))) first++;
  return first;
}

/** `EXPLAIN (SELECT ...)` explains a query in parentheses. */
function startsQuery(word: string): boolean {
  return ['select', 'with', 'values', 'table', '('].includes(word);
}

/** The token after the first such keyword outside parentheses. */
function afterWord(tokens: readonly Token[], word: string): number {
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]!.text === '(') at = matchingParenthesis(tokens, at);
    else if (tokens[at]!.kind === 'keyword' && wordAt(tokens, at) === word) return at + 1;
  }
  return tokens.length;
}

/** WITH [NO] DATA belongs to CREATE TABLE AS. */
function beforeWithData(tokens: readonly Token[]): number {
  const end = tokens.length;
  if (wordAt(tokens, end - 1) !== 'data') return end;
  const last = wordAt(tokens, end - 2) === 'no' ? end - 3 : end - 2;
  return wordAt(tokens, last) === 'with' ? last : end;
}

function beforeCheckOption(tokens: readonly Token[]): number {
  const end = tokens.length;
  if (wordAt(tokens, end - 1) !== 'option' || wordAt(tokens, end - 2) !== 'check') return end;
  return ['cascaded', 'local'].includes(wordAt(tokens, end - 3)) ? end - 4 : end - 3;
}
