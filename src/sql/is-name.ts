/** Small questions about tokens: names, folding, parentheses. */
import type { Token } from './grammar.ts';

/** Whether the token can name a table or alias without quotes, or is a quoted name. */
export function isName(token: Token | undefined): boolean {
  return token !== undefined && (token.kind === 'identifier' || (token.kind === 'keyword' && !token.reserved));
}

/** Postgres' folding: ASCII letters of unquoted names become lower case. */
export function foldedName(token: Token): string {
  if (token.text.startsWith('"')) return token.text.slice(1, -1).replaceAll('""', '"');
  return token.text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The token that closes the parenthesis at `open`; the last token if nothing does. */
export function matchingParenthesis(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]!.text === '(') depth++;
    else if (tokens[at]!.text === ')' && --depth === 0) return at;
  }
  return tokens.length - 1;
}

/** The token that opens the parenthesis closed at `close`; the first token if nothing does. */
export function openingParenthesis(tokens: readonly Token[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (tokens[at]!.text === ')') depth++;
    else if (tokens[at]!.text === '(' && --depth === 0) return at;
  }
  return 0;
}
