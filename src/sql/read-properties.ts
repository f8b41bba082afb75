import { badProperty } from './errors.ts';
import type { Grammar, Token } from './grammar.ts';
import { foldedName } from './is-name.ts';
import type { ScannedText } from './scanned-text.ts';
import { stringLiteral } from './string-literal.ts';

/** Entries between the tokens `first` and `end`; a key without a value means true, as in Postgres. */
export function readProperties(
  scanned: ScannedText,
  first: number,
  end: number,
  properties: Map<string, string>,
): void {
  const { tokens, offsets, grammar } = scanned;
  for (let at = first; at < end;) {
    let entryEnd = at;
    while (entryEnd < end && tokens[entryEnd]!.text !== ',') entryEnd++;
    const entry = tokens.slice(at, entryEnd);
    const equals = entry.findIndex((token) => token.text === '=');
    const key = propertyKey(grammar, equals < 0 ? entry : entry.slice(0, equals));
    const value = equals < 0 ? 'true' : propertyValue(grammar, entry.slice(equals + 1));
    if (key === undefined || value === undefined) throw badProperty(offsets.position(tokens[at]!.start));
    properties.set(key, value);
    at = entryEnd + 1;
  }
}

/** `'k'`, `k`, `write.format.default`, `compression-codec`. */
function propertyKey(grammar: Grammar, tokens: readonly Token[]): string | undefined {
  if (tokens.length === 1 && tokens[0]!.kind === 'string') return stringLiteral(grammar, tokens[0]!.text);
  const isKey =
    tokens.length % 2 === 1 && tokens.every((token, index) => (index % 2 === 0 ? isWord(token) : isJoint(token)));
  return isKey ? tokens.map((token) => (isJoint(token) ? token.text : foldedName(token))).join('') : undefined;
}

function propertyValue(grammar: Grammar, tokens: readonly Token[]): string | undefined {
  const [first, second] = tokens;
  if (tokens.length === 2 && first!.text === '-' && second!.kind === 'number') return `-${second!.text}`;
  if (tokens.length !== 1 || first === undefined) return undefined;
  if (first.kind === 'string') return stringLiteral(grammar, first.text);
  return first.kind === 'number' ? first.text : isWord(first) ? foldedName(first) : undefined;
}

function isWord(token: Token): boolean {
  return token.kind === 'identifier' || token.kind === 'keyword';
}

function isJoint(token: Token): boolean {
  return token.text === '.' || token.text === '-';
}
