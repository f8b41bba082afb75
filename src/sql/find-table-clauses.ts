/**
 * Iceberg's clauses of CREATE TABLE, taken out of the text: PARTITION BY (transforms) or PARTITIONED BY, USING
 * ICEBERG, WITH ('k' = 'v', k = v) and TBLPROPERTIES. They stand between the column list and AS. Postgres' own
 * PARTITION BY RANGE | LIST | HASH (...) is left alone.
 */
import { repeatedClause } from './errors.ts';
import type { Token } from './grammar.ts';
import { partitionTransforms } from './partition-transforms.ts';
import type { ScannedText } from './scanned-text.ts';
import type { Extension, TransformClause } from './sql.ts';
import { readProperties } from './read-properties.ts';
import type { TextEdit } from './text-edits.ts';
import { foldedName, isName, matchingParenthesis } from './is-name.ts';

/** The clauses of the CREATE TABLE whose CREATE begins at byte `start` of the client's text. */
export type FoundClauses = {
  readonly start: number;
  readonly extension: Extract<Extension, { kind: 'createTable' }>;
  readonly edits: readonly TextEdit[];
};

/** A cheap look before the scanner is asked. */
export function mayHaveTableClauses(text: string): boolean {
  return /\btable\b/i.test(text) && /\b(partition|partitioned|using|with|tblproperties)\b/i.test(text);
}

/** Raises 42601 for clauses that are recognised and wrong inside. */
export function findTableClauses(scanned: ScannedText): readonly FoundClauses[] {
  const found: FoundClauses[] = [];
  for (let at = 0; at < scanned.tokens.length; at++) {
    const name = tableNameAfterCreate(scanned.tokens, at);
    if (name === undefined) continue;
    const clauses = readClauses(scanned, at, name);
    if (clauses.edits.length > 0) found.push(clauses);
    at = name;
  }
  return found;
}

/** The index after CREATE [TEMP ...] TABLE [IF NOT EXISTS], if `at` is such a CREATE. */
function tableNameAfterCreate(tokens: readonly Token[], at: number): number | undefined {
  const word = (index: number): string => tokens[index]?.text.toLowerCase() ?? '';
  if (word(at) !== 'create' || tokens[at]!.kind !== 'keyword') return undefined;
  let next = at + 1;
  while (['global', 'local', 'temp', 'temporary', 'unlogged'].includes(word(next))) next++;
  if (word(next) !== 'table') return undefined;
  next++;
  return word(next) === 'if' && word(next + 1) === 'not' && word(next + 2) === 'exists' ? next + 3 : next;
}

function readClauses(scanned: ScannedText, create: number, name: number): FoundClauses {
  const { tokens, offsets } = scanned;
  const word = (index: number): string => tokens[index]?.text.toLowerCase() ?? '';
  const properties = new Map<string, string>();
  const edits: TextEdit[] = [];
  let partitionBy: readonly TransformClause[] | undefined;
  const remove = (first: number, last: number): number => {
    edits.push({ start: tokens[first]!.start, end: tokens[last]!.end, replacement: '' });
    return last;
  };
  for (let at = name; at < tokens.length && word(at) !== ';' && word(at) !== 'as'; at++) {
    if (word(at) === '(') {
      at = matchingParenthesis(tokens, at);
    } else if (isPartitionBy(tokens, at)) {
      if (partitionBy) throw repeatedClause('PARTITION BY', offsets.position(tokens[at]!.start));
      const close = matchingParenthesis(tokens, at + 2);
      partitionBy = partitionTransforms(scanned, at + 3, close);
      at = remove(at, close);
    } else if (word(at) === 'using' && isName(tokens[at + 1]) && foldedName(tokens[at + 1]!) === 'iceberg') {
      at = remove(at, at + 1);
    } else if ((word(at) === 'with' || word(at) === 'tblproperties') && word(at + 1) === '(') {
      const close = matchingParenthesis(tokens, at + 1);
      readProperties(scanned, at + 2, close, properties);
      at = remove(at, close);
    }
  }
  const extension = { kind: 'createTable', partitionBy: partitionBy ?? [], properties } as const;
  return { start: tokens[create]!.start, extension, edits };
}

function isPartitionBy(tokens: readonly Token[], at: number): boolean {
  const words = tokens.slice(at, at + 3).map((token) => token.text.toLowerCase());
  return (words[0] === 'partition' || words[0] === 'partitioned') && words[1] === 'by' && words[2] === '(';
}
