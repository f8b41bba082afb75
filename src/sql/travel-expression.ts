/**
 * How far the expression after AS OF reaches. Postgres' grammar decides: the tokens up to the next clause are parsed
 * as `SELECT <tokens>`, so that a trailing name is an alias exactly where the grammar reads one.
 */
import { badTravelTarget } from './errors.ts';
import type { Token } from './grammar.ts';
import type { ScannedText } from './scanned-text.ts';
import { openingParenthesis } from './is-name.ts';

export type TravelExpression = {
  readonly text: string;
  /** The expression's last token. */
  readonly last: number;
  /** A bare alias follows, which stays in the text. */
  readonly aliasFollows: boolean;
};

/** Words that end a table reference. */
const NEXT_CLAUSE = new Set(
  (
    'where join left right inner outer full cross natural on group order having limit offset fetch union intersect ' +
    'except window for as using set when returning tablesample'
  ).split(' '),
);

/** `closing` is the parenthesis that ends the body of AT (...). Raises 42601. */
export function travelExpression(scanned: ScannedText, first: number, closing?: number): TravelExpression {
  const end = closing ?? endOfReference(scanned.tokens, first);
  const whole = bodyText(scanned, first, end);
  const read = readBody(scanned, whole);
  if (read === 'expression') return { text: whole, last: end - 1, aliasFollows: false };
  if (closing === undefined && read === 'aliased' && end - 1 > first) {
    return { text: bodyText(scanned, first, end - 1), last: end - 2, aliasFollows: true };
  }
  const columns = closing === undefined ? startOfColumnAliases(scanned.tokens, first, end) : undefined;
  if (columns !== undefined && readBody(scanned, bodyText(scanned, first, columns)) === 'aliased') {
    return { text: bodyText(scanned, first, columns - 1), last: columns - 2, aliasFollows: true };
  }
  const at = scanned.tokens[first]?.start ?? scanned.offsets.sizeBytes;
  throw badTravelTarget('timestamp', scanned.offsets.position(at));
}

function endOfReference(tokens: readonly Token[], first: number): number {
  let depth = 0;
  let cases = 0;
  for (let at = first; at < tokens.length; at++) {
    const word = tokens[at]!.text.toLowerCase();
    if (word === '(' || word === '[') depth++;
    else if (word === ')' || word === ']') depth--;
    else if (word === 'case') cases++;
    else if (word === 'end' && cases > 0) cases--;
    if (depth < 0) return at;
    if (depth === 0 && cases === 0 && (word === ',' || word === ';')) return at;
    if (depth === 0 && cases === 0 && tokens[at]!.kind === 'keyword' && NEXT_CLAUSE.has(word)) return at;
  }
  return tokens.length;
}

function bodyText(scanned: ScannedText, first: number, end: number): string {
  if (end <= first) return '';
  return scanned.offsets.slice(scanned.tokens[first]!.start, scanned.tokens[end - 1]!.end);
}

/** One expression, one expression with a name after it, or neither. */
function readBody(scanned: ScannedText, text: string): 'expression' | 'aliased' | 'neither' {
  if (text === '') return 'neither';
  const parsed = scanned.grammar.parse(`SELECT ${text}`);
  if (parsed.kind === 'error' || parsed.statements.length !== 1) return 'neither';
  const node = parsed.statements[0]!.node as { SelectStmt?: { targetList?: unknown[]; fromClause?: unknown[] } };
  const targets = node.SelectStmt?.targetList as { ResTarget: { name?: string } }[] | undefined;
  if (targets?.length !== 1 || node.SelectStmt?.fromClause !== undefined) return 'neither';
  return targets[0]!.ResTarget.name === undefined ? 'expression' : 'aliased';
}

/** Where the list of `x (a, b)` at the end of the body opens. */
function startOfColumnAliases(tokens: readonly Token[], first: number, end: number): number | undefined {
  if (tokens[end - 1]?.text !== ')') return undefined;
  const open = openingParenthesis(tokens, end - 1);
  return open > first ? open : undefined;
}
