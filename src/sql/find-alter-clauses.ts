/**
 * What ALTER TABLE has beyond Postgres, in the words that Spark's users know: partition fields, sort orders, identifier
 * fields and table properties. Each such command is replaced by `SET (bergwire_change = index)`, so that Postgres'
 * grammar reads the rest.
 */
import { commandEnd, firstCommand } from './alter-commands.ts';
import { badTransform } from './errors.ts';
import type { Token } from './grammar.ts';
import { matchingParenthesis } from './is-name.ts';
import { partitionTransforms } from './partition-transforms.ts';
import { readProperties } from './read-properties.ts';
import type { ScannedText } from './scanned-text.ts';
import { sortClauses } from './sort-clauses.ts';
import type { Extension, TableChange, TransformClause } from './sql.ts';
import type { TextEdit } from './text-edits.ts';

/** The commands of the ALTER TABLE whose ALTER begins at byte `start` of the client's text. */
export type FoundChanges = {
  readonly start: number;
  readonly extension: Extract<Extension, { kind: 'alterTable' }>;
  readonly edits: readonly TextEdit[];
};

/** A cheap look before the scanner is asked. */
export function mayAlterTable(text: string): boolean {
  return /\balter\b/i.test(text) && /\b(partition|write|identifier|set|unset|reset)\b/i.test(text);
}

/** Raises 42601 for commands that are recognised and wrong inside. */
export function findAlterClauses(scanned: ScannedText): readonly FoundChanges[] {
  const { tokens } = scanned;
  const found: FoundChanges[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const startsStatement = at === 0 || tokens[at - 1]!.text === ';';
    if (!startsStatement || wordsAt(tokens, at, 2) !== 'alter table') continue;
    const changes = readChanges(scanned, at);
    if (changes.edits.length > 0) found.push(changes);
  }
  return found;
}

function readChanges(scanned: ScannedText, alter: number): FoundChanges {
  const { tokens } = scanned;
  const changes: TableChange[] = [];
  const edits: TextEdit[] = [];
  let at = firstCommand(tokens, alter);
  while (at < tokens.length && tokens[at]!.text !== ';') {
    const command = COMMANDS.find(({ words }) => wordsAt(tokens, at, words.split(' ').length) === words);
    const end = command?.isLast === true ? statementEnd(tokens, at) : commandEnd(tokens, at);
    if (command !== undefined && end > at) {
      changes.push(command.read(scanned, at + command.words.split(' ').length, end));
      const replacement = `SET (bergwire_change = ${changes.length - 1})`;
      edits.push({ start: tokens[at]!.start, end: tokens[end - 1]!.end, replacement });
    }
    if (tokens[end]?.text !== ',') break;
    at = end + 1;
  }
  return { start: tokens[alter]!.start, extension: { kind: 'alterTable', changes }, edits };
}

type Command = {
  readonly words: string;
  /** Its lists have commas of their own: it goes on to the end of the statement. */
  readonly isLast?: true;
  /** Reads the tokens after the words. */
  readonly read: (scanned: ScannedText, first: number, end: number) => TableChange;
};

const COMMANDS: readonly Command[] = [
  { words: 'add partition field', read: (...body) => ({ kind: 'addPartitionField', field: oneTransform(...body) }) },
  { words: 'drop partition field', read: (...body) => ({ kind: 'dropPartitionField', field: oneTransform(...body) }) },
  { words: 'replace partition field', read: replacement },
  { words: 'write unordered', read: () => ({ kind: 'writeOrder', order: [], distribution: 'none' }) },
  { words: 'write ordered by', isLast: true, read: (...body) => ordered('range', ...body) },
  { words: 'write locally ordered by', isLast: true, read: (...body) => ordered('none', ...body) },
  {
    words: 'write distributed by partition locally ordered by',
    isLast: true,
    read: (...body) => ordered('hash', ...body),
  },
  { words: 'write distributed by partition ordered by', isLast: true, read: (...body) => ordered('hash', ...body) },
  { words: 'write distributed by partition', read: () => ({ kind: 'writeOrder', distribution: 'hash' }) },
  { words: 'set identifier fields', isLast: true, read: (...body) => identifiers('setIdentifierFields', ...body) },
  { words: 'drop identifier fields', isLast: true, read: (...body) => identifiers('dropIdentifierFields', ...body) },
  { words: 'set tblproperties (', read: (scanned, first) => properties(scanned, first - 1) },
  { words: 'set properties (', read: (scanned, first) => properties(scanned, first - 1) },
  { words: 'set (', read: (scanned, first) => properties(scanned, first - 1) },
  { words: 'unset tblproperties (', read: (scanned, first) => removedProperties(scanned, first - 1) },
  { words: 'unset tblproperties if exists (', read: (scanned, first) => removedProperties(scanned, first - 1) },
  { words: 'reset (', read: (scanned, first) => removedProperties(scanned, first - 1) },
];

function oneTransform(scanned: ScannedText, first: number, end: number): TransformClause {
  const transforms = partitionTransforms(scanned, first, end);
  if (transforms.length !== 1) throw badTransform(scanned.offsets.position(scanned.tokens[first]!.start));
  return transforms[0]!;
}

function replacement(scanned: ScannedText, first: number, end: number): TableChange {
  const { tokens, offsets } = scanned;
  let at = first;
  while (at < end && tokens[at]!.text.toLowerCase() !== 'with') at++;
  if (at === end) throw badTransform(offsets.position(tokens[end - 1]!.end));
  const [field, by] = [oneTransform(scanned, first, at), oneTransform(scanned, at + 1, end)];
  return { kind: 'replacePartitionField', field, by };
}

function ordered(
  distribution: 'none' | 'hash' | 'range',
  scanned: ScannedText,
  first: number,
  end: number,
): TableChange {
  return { kind: 'writeOrder', order: sortClauses(scanned, first, end), distribution };
}

function identifiers(
  kind: 'setIdentifierFields' | 'dropIdentifierFields',
  scanned: ScannedText,
  first: number,
  end: number,
): TableChange {
  const columns = partitionTransforms(scanned, first, end);
  const wrong = columns.find(({ transform, name }) => transform !== 'identity' || name !== undefined);
  if (wrong !== undefined) throw badTransform(wrong.position);
  return { kind, columns };
}

function properties(scanned: ScannedText, open: number): TableChange {
  const read = new Map<string, string>();
  readProperties(scanned, open + 1, matchingParenthesis(scanned.tokens, open), read);
  return { kind: 'setProperties', properties: read };
}

function removedProperties(scanned: ScannedText, open: number): TableChange {
  const read = new Map<string, string>();
  readProperties(scanned, open + 1, matchingParenthesis(scanned.tokens, open), read);
  return { kind: 'removeProperties', keys: [...read.keys()] };
}

function wordsAt(tokens: readonly Token[], at: number, count: number): string {
  return tokens
    .slice(at, at + count)
    .map(({ text }) => text.toLowerCase())
    .join(' ');
}

function statementEnd(tokens: readonly Token[], first: number): number {
  const end = tokens.findIndex(({ text }, at) => at >= first && text === ';');
  return end < 0 ? tokens.length : end;
}
