/**
 * Time travel, every spelling users know, taken out of a text that Postgres' grammar refused. A clause and the name
 * it belongs to become a placeholder; an alias stays where it was, and a reference without one gets its own name as
 * alias, so that `t.x` still means the same. No spelling is valid PostgreSQL, so a text that parses is never touched.
 *
 *     t AS OF SNAPSHOT 123 | TIMESTAMP expr | BRANCH 'b' | TAG 'x' | VERSION 123
 *     t [FOR] VERSION AS OF 123 | 'ref'        t [FOR] TIMESTAMP AS OF expr
 *     t FOR SYSTEM_VERSION AS OF 123           t FOR SYSTEM_TIME AS OF expr
 *     t AT (VERSION | SNAPSHOT | TIMESTAMP | BRANCH | TAG => ...)
 */
import { badTravelTarget, statementTooComplex } from './errors.ts';
import type { Grammar, Token } from './grammar.ts';
import type { ScannedText } from './scanned-text.ts';
import type { TimeTravel, TimeTravelTarget } from './sql.ts';
import { stringLiteral } from './string-literal.ts';
import type { TextEdit } from './text-edits.ts';
import { foldedName, isName, matchingParenthesis } from './is-name.ts';
import { travelExpression } from './travel-expression.ts';
import { nameBefore } from './written-relation.ts';

export type FoundTravel = { readonly travel: TimeTravel; readonly edits: readonly TextEdit[] };

type Meaning = 'snapshot' | 'timestamp' | 'branch' | 'tag' | 'version';
/** A recognised head: where it starts, what it means, its first body token; `closing` is AT's parenthesis. */
type Head = { readonly first: number; readonly meaning: Meaning; readonly body: number; readonly closing?: number };

/** Each clause looks back over the text. */
const MAX_CLAUSES = 256;

/** A cheap look before the scanner is asked. */
export function mayTimeTravel(text: string): boolean {
  return /\b(as\s+of\s|at\s*\()/i.test(text);
}

/** Raises 42601 where a clause is recognised and its target is not. */
export function findTimeTravel(scanned: ScannedText): readonly FoundTravel[] {
  const found: FoundTravel[] = [];
  const prefix = unusedPrefix(scanned.text);
  let heads = 0;
  for (let at = 0; at < scanned.tokens.length; at++) {
    const head = headAt(scanned.tokens, at);
    if (head === undefined) continue;
    if (++heads > MAX_CLAUSES) throw statementTooComplex(`More than ${MAX_CLAUSES} time travel clauses.`);
    const travel = readClause(scanned, head, `${prefix}${found.length + 1}`);
    if (travel === undefined) continue;
    found.push(travel.found);
    at = travel.last;
  }
  return found;
}

function unusedPrefix(text: string): string {
  const lower = text.toLowerCase();
  let prefix = 'bergwire_at_';
  while (lower.includes(prefix)) prefix += '_';
  return prefix;
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['snapshot', 'snapshot'],
  ['timestamp', 'timestamp'],
  ['branch', 'branch'],
  ['tag', 'tag'],
  ['version', 'version'],
  ['system_version', 'version'],
  ['system_time', 'timestamp'],
]);

function headAt(tokens: readonly Token[], at: number): Head | undefined {
  const word = (offset: number): string => tokens[at + offset]?.text.toLowerCase() ?? '';
  const meaning = (offset: number): Meaning | undefined => MEANINGS.get(word(offset));
  if (word(0) === 'for' && meaning(1) && word(2) === 'as' && word(3) === 'of') {
    return { first: at, meaning: meaning(1)!, body: at + 4 };
  }
  if ((word(0) === 'version' || word(0) === 'timestamp') && word(1) === 'as' && word(2) === 'of') {
    // `t version AS OF SNAPSHOT 1` names an alias, not a clause.
    if (startsBody(tokens[at + 3])) return { first: at, meaning: meaning(0)!, body: at + 3 };
  }
  if (word(0) === 'as' && word(1) === 'of' && meaning(2)) return { first: at, meaning: meaning(2)!, body: at + 3 };
  if (word(0) === 'at' && word(1) === '(' && meaning(2) && word(3) === '=>') {
    return { first: at, meaning: meaning(2)!, body: at + 4, closing: matchingParenthesis(tokens, at + 1) };
  }
  return undefined;
}

function startsBody(token: Token | undefined): boolean {
  return token !== undefined && !['snapshot', 'branch', 'tag', 'version'].includes(token.text.toLowerCase());
}

function readClause(
  scanned: ScannedText,
  head: Head,
  placeholder: string,
): { found: FoundTravel; last: number } | undefined {
  const { tokens, offsets } = scanned;
  const relation = nameBefore(tokens, head.first, offsets);
  if (relation === undefined) return undefined;
  const body = readTarget(scanned, head);
  const clauseStart = tokens[head.first]!.start;
  const clauseEnd = tokens[body.last]!.end;
  const alias = relation.hasAlias || body.aliasFollows || !relation.mayHaveAlias ? '' : ` AS ${relation.lastPart}`;
  const edits: TextEdit[] = [
    { start: relation.start, end: relation.end, replacement: placeholder + alias },
    { start: clauseStart, end: clauseEnd, replacement: '' },
  ];
  return {
    found: { travel: { relation: relation.name, placeholder, target: body.target }, edits },
    last: body.last,
  };
}

type ReadTarget = { readonly target: TimeTravelTarget; readonly last: number; readonly aliasFollows: boolean };

function readTarget(scanned: ScannedText, head: Head): ReadTarget {
  const { tokens, offsets } = scanned;
  if (head.meaning === 'timestamp') {
    const body = travelExpression(scanned, head.body, head.closing);
    return {
      target: { kind: 'timestamp', expression: body.text, position: offsets.position(tokens[head.body]!.start) },
      last: head.closing ?? body.last,
      aliasFollows: body.aliasFollows || nextIsAlias(tokens, (head.closing ?? body.last) + 1),
    };
  }
  const token = tokens[head.body];
  const target = token && namedTarget(scanned.grammar, head.meaning, token);
  if (token === undefined || target === undefined || (head.closing ?? head.body + 1) !== head.body + 1) {
    const at = offsets.position(token?.start ?? offsets.sizeBytes);
    throw badTravelTarget(
      head.meaning === 'branch' || head.meaning === 'tag' ? `${head.meaning} name` : 'snapshot id',
      at,
    );
  }
  const last = head.closing ?? head.body;
  return { target, last, aliasFollows: nextIsAlias(tokens, last + 1) };
}

function namedTarget(grammar: Grammar, meaning: Meaning, token: Token): TimeTravelTarget | undefined {
  if (token.kind === 'number') {
    const isId = (meaning === 'snapshot' || meaning === 'version') && /^\d{1,19}$/.test(token.text);
    return isId ? { kind: 'snapshot', id: BigInt(token.text) } : undefined;
  }
  const name = refName(grammar, token);
  if (name === undefined) return undefined;
  if (meaning === 'branch' || meaning === 'tag') return { kind: 'ref', name, of: meaning };
  if (meaning === 'version') return { kind: 'ref', name, of: 'any' };
  return /^\d{1,19}$/.test(name) ? { kind: 'snapshot', id: BigInt(name) } : undefined;
}

/** A ref's name: a string, or an identifier folded as Postgres folds it. */
function refName(grammar: Grammar, token: Token): string | undefined {
  return token.kind === 'string' ? stringLiteral(grammar, token.text) : isName(token) ? foldedName(token) : undefined;
}

/** Whether an alias stands at `at`, with or without AS. */
function nextIsAlias(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.text.toLowerCase() === 'as' || isName(tokens[at]);
}
