/**
 * The relation reference that ends just before a token: `t`, `ns.t x`, `"T" AS x (a, b)`. Pure over tokens.
 */
import type { ByteOffsets } from './byte-offsets.ts';
import type { Token } from './grammar.ts';
import type { RelationName } from './sql.ts';
import { foldedName, isName, openingParenthesis } from './is-name.ts';

export type WrittenRelation = {
  readonly name: RelationName;
  /** Bytes of the qualified name. */
  readonly start: number;
  readonly end: number;
  /** The name's last part as written, quotes included. */
  readonly lastPart: string;
  readonly hasAlias: boolean;
  /** False after TABLE, which takes no alias. */
  readonly mayHaveAlias: boolean;
};

/** What stands before a relation reference. */
const BEFORE_RELATION = new Set(['from', 'join', ',', '(', 'only', 'using', 'into', 'update', 'table']);

/** Undefined where the tokens before `at` are not a relation reference. */
export function nameBefore(tokens: readonly Token[], at: number, offsets: ByteOffsets): WrittenRelation | undefined {
  let last = at - 1;
  let hasAlias = false;
  if (tokens[last]?.text === ')') {
    last = openingParenthesis(tokens, last) - 1;
    hasAlias = true;
  }
  if (!isName(tokens[last])) return undefined;
  const before = tokens[last - 1];
  if (before?.text.toLowerCase() === 'as') {
    last -= 2;
    hasAlias = true;
  } else if (isName(before) && BEFORE_RELATION.has(startWord(tokens, last - 1))) {
    last -= 1;
    hasAlias = true;
  } else if (hasAlias) {
    return undefined;
  }
  return qualifiedName(tokens, last, offsets, hasAlias);
}

function qualifiedName(
  tokens: readonly Token[],
  last: number,
  offsets: ByteOffsets,
  hasAlias: boolean,
): WrittenRelation | undefined {
  if (!isName(tokens[last]) && !isNameAfterDot(tokens, last)) return undefined;
  const parts = [tokens[last]!];
  let first = last;
  while (tokens[first - 1]?.text === '.' && tokens[first - 2] !== undefined) {
    first -= 2;
    parts.unshift(tokens[first]!);
  }
  const opener = tokens[first - 1]?.text.toLowerCase() ?? '';
  if (!BEFORE_RELATION.has(opener) || !isName(parts[0]) || parts.length > 2) return undefined;
  const [schema, name] = parts.length === 2 ? parts : [undefined, parts[0]];
  const position = offsets.position(parts[0]!.start);
  return {
    name: { ...(schema && { schema: foldedName(schema) }), name: foldedName(name!), position },
    start: parts[0]!.start,
    end: tokens[last]!.end,
    lastPart: name!.kind === 'keyword' && name!.reserved ? `"${foldedName(name!)}"` : name!.text,
    hasAlias,
    mayHaveAlias: opener !== 'table',
  };
}

/** The word before the qualified name that ends at `last`. */
function startWord(tokens: readonly Token[], last: number): string {
  let first = last;
  while (tokens[first - 1]?.text === '.') first -= 2;
  return tokens[first - 1]?.text.toLowerCase() ?? '';
}

function isNameAfterDot(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.text === '.' && tokens[at]?.kind === 'keyword';
}
