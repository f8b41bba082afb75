/**
 * A guard in front of the grammar: how deep a text would nest, without parsing it. The grammar's recursion is
 * bounded by the machine's stack only, and an overflow damages it. Characters are read once; strings, quoted names
 * and comments are skipped. It may err by a little for odd texts, which is harmless: it accepts nothing and rejects
 * only what is far beyond honest statements.
 */
import { statementTooComplex } from './errors.ts';

export type NestingLimits = {
  /** Brackets, CASE and BEGIN inside one another. */
  readonly nestingLimit: number;
  /** Operators and keywords chained without a comma, AND or OR between them, over all open brackets. */
  readonly chainLimit: number;
};

/** Texts that are too short to overflow anything are not looked at. */
const HARMLESS_LENGTH = 1000;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const ESCAPE_STRING = /[eE]'(?:[^'\\]+|\\[\s\S])*'/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const COMMENT_EDGE = /\/\*|\*\//g;
const NUMBER = /[0-9][\w.]*/y;
/** Keywords that start a new sibling: what follows does not nest below what came before. */
const SEPARATORS = new Set(['and', 'or', 'select', 'from', 'where', 'when', 'then', 'else', 'values', 'set']);
/** Keywords that build a left-deep tree through all siblings of their bracket. */
const SET_OPERATIONS = new Set(['union', 'intersect', 'except', 'join']);
const OPERATOR_WORDS = new Set(
  'not is isnull notnull like ilike similar between in collate at over explain overlaps as'.split(' '),
);

/** Raises 54001. */
export function checkNesting(text: string, limits: NestingLimits): void {
  if (text.length < HARMLESS_LENGTH) return;
  const chains: Level[] = [{ chain: 0, sets: 0, outer: 0 }];
  for (let at = 0; at < text.length;) {
    const skipped = skipFrom(text, at);
    // Unterminated: the scanner stops there with an error of its own.
    if (skipped === undefined) return;
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const word = matchAt(WORD, text, at) ?? matchAt(NUMBER, text, at);
    const token = word === undefined ? text[at]! : word.toLowerCase();
    at += token.length;
    step(chains, token);
    const level = chains.at(-1)!;
    if (chains.length - 1 > limits.nestingLimit) {
      throw statementTooComplex(`Brackets nest deeper than ${limits.nestingLimit} levels.`);
    }
    if (level.outer + level.chain + level.sets > limits.chainLimit) {
      throw statementTooComplex(`More than ${limits.chainLimit} operators are chained.`);
    }
  }
}

type Level = { chain: number; sets: number; outer: number };

function step(levels: Level[], token: string): void {
  const level = levels.at(-1)!;
  if (token === '(' || token === '[' || token === 'case') {
    levels.push({ chain: 0, sets: 0, outer: level.outer + level.chain + level.sets });
  } else if (token === ')' || token === ']' || token === 'end') {
    if (levels.length > 1) levels.pop();
  } else if (token === ';') {
    levels.length = 1;
    levels[0] = { chain: 0, sets: 0, outer: 0 };
  } else if (SET_OPERATIONS.has(token)) {
    level.sets++;
    level.chain = 0;
  } else if (token === ',' || SEPARATORS.has(token)) {
    level.chain = 0;
  } else if (OPERATOR_WORDS.has(token) || !/^[\w\u0080-\uffff.$]/.test(token)) {
    level.chain++;
  }
}

/** Where blanks, a comment, a string or a quoted name that starts here ends; undefined where it never does. */
function skipFrom(text: string, at: number): number | undefined {
  const character = text[at]!;
  if (character <= ' ') return at + 1;
  if (character === '"') return after(text, '"', at + 1);
  if (character === "'") return after(text, "'", at + 1);
  if ((character === 'e' || character === 'E') && text[at + 1] === "'" && !/[\w$]/.test(text[at - 1] ?? ' ')) {
    return endOfMatch(ESCAPE_STRING, text, at);
  }
  if (character === '-' && text[at + 1] === '-') return after(text, '\n', at) ?? text.length;
  if (character === '/' && text[at + 1] === '*') return endOfComment(text, at);
  if (character === '$') {
    const tag = matchAt(DOLLAR_TAG, text, at);
    if (tag !== undefined) return after(text, tag, at + tag.length);
  }
  return at;
}

function after(text: string, what: string, from: number): number | undefined {
  const found = text.indexOf(what, from);
  return found < 0 ? undefined : found + what.length;
}

function endOfMatch(pattern: RegExp, text: string, at: number): number | undefined {
  const matched = matchAt(pattern, text, at);
  return matched === undefined ? undefined : at + matched.length;
}

/** Postgres' comments nest. */
function endOfComment(text: string, start: number): number | undefined {
  COMMENT_EDGE.lastIndex = start;
  let depth = 0;
  for (let edge = COMMENT_EDGE.exec(text); edge !== null; edge = COMMENT_EDGE.exec(text)) {
    depth += edge[0] === '/*' ? 1 : -1;
    if (depth === 0) return COMMENT_EDGE.lastIndex;
  }
  return undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
