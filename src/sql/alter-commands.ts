/**
 * The commands of an ALTER TABLE as text: where each one stands, and the expression after USING. The grammar's tree
 * says where things begin and not where they end.
 */
import { byteOffsets } from './byte-offsets.ts';
import type { Grammar, Token } from './grammar.ts';
import { matchingParenthesis } from './is-name.ts';

export type AlterCommandText = {
  /** UTF-8 bytes of the statement's text. */
  readonly start: number;
  readonly end: number;
  /** The expression of ALTER COLUMN ... TYPE ... USING. */
  readonly using?: string;
};

/** As many as the tree has, in order. */
export function alterCommands(grammar: Grammar, text: string): readonly AlterCommandText[] {
  const tokens = grammar.scan(text) ?? [];
  const offsets = byteOffsets(text);
  const commands: AlterCommandText[] = [];
  let first = firstCommand(tokens);
  while (first < tokens.length) {
    const end = commandEnd(tokens, first);
    const using = usingToken(tokens, first, end);
    const last = tokens[end - 1]!.end;
    commands.push({
      start: tokens[first]!.start,
      end: last,
      ...(using !== undefined && { using: offsets.slice(tokens[using + 1]!.start, last) }),
    });
    first = end + 1;
  }
  return commands;
}

/** The index of the first token after ALTER TABLE [IF EXISTS] [ONLY] name [*]. */
export function firstCommand(tokens: readonly Token[], alter = 0): number {
  let at = alter + 2;
  if (word(tokens, at) === 'if' && word(tokens, at + 1) === 'exists') at += 2;
  if (word(tokens, at) === 'only') at++;
  if (word(tokens, at) === '(') return matchingParenthesis(tokens, at) + 1;
  while (word(tokens, at + 1) === '.') at += 2;
  return word(tokens, at + 1) === '*' ? at + 2 : at + 1;
}

/** The comma outside of brackets that ends the command at `first`, or the end of the statement. */
export function commandEnd(tokens: readonly Token[], first: number): number {
  let depth = 0;
  for (let at = first; at < tokens.length; at++) {
    const { text } = tokens[at]!;
    if (text === '(' || text === '[') depth++;
    else if (text === ')' || text === ']') depth--;
    else if (depth === 0 && (text === ',' || text === ';')) return at;
  }
  return tokens.length;
}

function usingToken(tokens: readonly Token[], first: number, end: number): number | undefined {
  if (word(tokens, first) !== 'alter') return undefined;
  let depth = 0;
  for (let at = first; at < end; at++) {
    const { text, kind } = tokens[at]!;
    if (text === '(' || text === '[') depth++;
    else if (text === ')' || text === ']') depth--;
    else if (depth === 0 && kind === 'keyword' && text.toLowerCase() === 'using') return at;
  }
  return undefined;
}

function word(tokens: readonly Token[], at: number): string {
  return tokens[at]?.text.toLowerCase() ?? '';
}
