import type { PgArray, PgValue } from './pgtype.ts';

const MAX_DIMENSIONS = 6;

/**
 * An array literal with lower bounds of 1 (array_in). Explicit bounds, malformed text, ragged dimensions and elements
 * that `decode` does not read are undefined: Postgres reads them, or words the error.
 */
export function decodeArrayText(
  elementOid: number,
  text: string,
  decode: (element: string) => PgValue | undefined,
): PgArray | undefined {
  const elements: PgValue[] = [];
  const lengths: number[] = [];
  const parser: Parser = { text: text.trim(), at: 0, leafDepth: undefined };
  const complete =
    parser.text.startsWith('{') && readLevel(parser, 0, lengths, elements, decode) && parser.at === parser.text.length;
  if (!complete) return undefined;
  const dimensions = elements.length === 0 ? [] : lengths.map((length) => ({ length, lowerBound: 1 }));
  const count = lengths.reduce((product, length) => product * length, 1);
  if (elements.length === 0 ? parser.text.replace(/\s/g, '') !== '{}' : elements.length !== count) return undefined;
  return { kind: 'array', elementOid, dimensions, elements };
}

/** `leafDepth`: how deep the first element was; all others must be as deep. */
type Parser = { readonly text: string; at: number; leafDepth: number | undefined };

/** Reads `{...}` at the parser's place. False where the text is not a rectangular array of readable elements. */
function readLevel(
  parser: Parser,
  depth: number,
  lengths: number[],
  elements: PgValue[],
  decode: (element: string) => PgValue | undefined,
): boolean {
  if (depth >= MAX_DIMENSIONS) return false;
  parser.at++;
  let length = 0;
  skipBlanks(parser);
  if (parser.text[parser.at] === '}') {
    parser.at++;
    return recordLength(lengths, depth, 0);
  }
  for (;;) {
    skipBlanks(parser);
    if (parser.text[parser.at] === '{') {
      if (!readLevel(parser, depth + 1, lengths, elements, decode)) return false;
    } else {
      parser.leafDepth ??= depth;
      if (parser.leafDepth !== depth) return false;
      if (!readElement(parser, elements, decode)) return false;
    }
    length++;
    skipBlanks(parser);
    const next = parser.text[parser.at++];
    if (next === '}') return recordLength(lengths, depth, length);
    if (next !== ',') return false;
  }
}

function recordLength(lengths: number[], depth: number, length: number): boolean {
  lengths[depth] ??= length;
  return lengths[depth] === length;
}

function readElement(parser: Parser, elements: PgValue[], decode: (element: string) => PgValue | undefined): boolean {
  const quoted = parser.text[parser.at] === '"';
  const element = quoted ? readQuoted(parser) : readBare(parser);
  if (element === undefined || (!quoted && element === '')) return false;
  if (!quoted && element.toUpperCase() === 'NULL') {
    elements.push(null);
    return true;
  }
  const value = decode(element);
  if (value === undefined) return false;
  elements.push(value);
  return true;
}

function readQuoted(parser: Parser): string | undefined {
  let text = '';
  for (parser.at++; parser.at < parser.text.length; parser.at++) {
    const char = parser.text[parser.at]!;
    if (char === '"') {
      parser.at++;
      return text;
    }
    text += char === '\\' ? (parser.text[++parser.at] ?? '') : char;
  }
  return undefined;
}

function readBare(parser: Parser): string | undefined {
  const start = parser.at;
  while (parser.at < parser.text.length && !/[,{}"\\]/.test(parser.text[parser.at]!)) parser.at++;
  // Backslashes and stray quotes outside of quotes are rare: left to Postgres.
  return /["\\]/.test(parser.text[parser.at] ?? '') ? undefined : parser.text.slice(start, parser.at).trim();
}

function skipBlanks(parser: Parser): void {
  while (/\s/.test(parser.text[parser.at] ?? '')) parser.at++;
}
