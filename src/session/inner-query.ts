import type { Node } from '@pgsql/types';
import { byteOffsets } from '../sql/byte-offsets.ts';
import type { Grammar, Token } from '../sql/grammar.ts';
import type { Statement, StatementKind } from '../sql/sql.ts';
import { notSupported } from '../base/sql-error.ts';

const KINDS: Readonly<Record<string, StatementKind>> = {
  SelectStmt: 'select',
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'merge',
};

/** The statement behind `AS` of PREPARE or `FOR` of DECLARE, with positions that lead to the client's text. */
export function innerQuery(
  grammar: Grammar,
  statement: Statement,
  node: Node | undefined,
  keyword: 'as' | 'for',
): Statement {
  const tokens = grammar.scan(statement.text) ?? [];
  const kind = KINDS[Object.keys(node ?? {})[0] ?? ''];
  const at = tokens.findIndex((token) => token.kind === 'keyword' && token.text.toLowerCase() === keyword);
  const first = tokens[at + 1];
  if (node === undefined || kind === undefined || at === -1 || first === undefined)
    throw notSupported('this statement here', 'Use a SELECT, INSERT, UPDATE, DELETE, MERGE or VALUES.');
  const bytes = Buffer.from(statement.text);
  const text = bytes.toString('utf8', first.start);
  const whole = byteOffsets(statement.text);
  const part = byteOffsets(text);
  return {
    ...statement,
    text,
    kind,
    node,
    toClientPosition: (position) => statement.toClientPosition(whole.position(first.start + part.offset(position))),
  };
}

/** The texts between the commas of the statement's first parentheses: types of PREPARE, arguments of EXECUTE. */
export function listInParentheses(grammar: Grammar, statement: Statement): readonly string[] {
  const tokens = grammar.scan(statement.text) ?? [];
  const open = tokens.findIndex(({ text }) => text === '(');
  if (open === -1) return [];
  const bytes = Buffer.from(statement.text);
  const items: string[] = [];
  let depth = 0;
  let start = tokens[open]!.end;
  for (const token of tokens.slice(open)) {
    depth += nesting(token);
    const ends = depth === 0 || (depth === 1 && token.text === ',');
    if (ends) items.push(bytes.toString('utf8', start, token.start));
    if (ends) start = token.end;
    if (depth === 0) break;
  }
  return items;
}

function nesting({ text }: Token): number {
  if (text === '(' || text === '[') return 1;
  return text === ')' || text === ']' ? -1 : 0;
}
