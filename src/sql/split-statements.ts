/**
 * A client's text becomes statements: split and classified by Postgres' grammar, Iceberg's clauses taken out.
 */
import type { Node } from '@pgsql/types';
import { byteOffsets, type ByteOffsets } from './byte-offsets.ts';
import { findAlterClauses, mayAlterTable, type FoundChanges } from './find-alter-clauses.ts';
import { findTableClauses, mayHaveTableClauses, type FoundClauses } from './find-table-clauses.ts';
import { statementTooLong, syntaxError, travelTargetModified } from './errors.ts';
import type { Grammar, RawStatement } from './grammar.ts';
import { mayCallMetadata, metadataCalls } from './metadata-calls.ts';
import { mentionedRelations } from './mentioned-relations.ts';
import { checkNesting, type NestingLimits } from './nesting.ts';
import type { Extension, Statement, TimeTravel } from './sql.ts';
import { statementKind } from './statement-kind.ts';
import { applyEdits, type EditedText } from './text-edits.ts';
import { findTimeTravel, mayTimeTravel, type FoundTravel } from './time-travel.ts';

export type StatementLimits = NestingLimits & { readonly statementLengthBytes: number };

export const DEFAULT_STATEMENT_LIMITS: StatementLimits = {
  statementLengthBytes: 16 * 1024 * 1024,
  nestingLimit: 500,
  chainLimit: 2500,
};

/**
 * The statements of a text in order, empty ones left out; an empty list for blanks and comments. Raises 42601 (and
 * the few other codes of Postgres' grammar) with the position in the client's text, 54000 and 54001 over the limits.
 */
export function splitStatements(
  grammar: Grammar,
  text: string,
  limits: StatementLimits = DEFAULT_STATEMENT_LIMITS,
): readonly Statement[] {
  const offsets = byteOffsets(text);
  if (offsets.sizeBytes > limits.statementLengthBytes) {
    throw statementTooLong(offsets.sizeBytes, limits.statementLengthBytes);
  }
  checkNesting(text, limits);
  const parsed = grammar.parse(text);
  const needsClauses =
    parsed.kind === 'error' || mayCallMetadata(text) || parsed.statements.some(({ node }) => hasTableOptions(node));
  const found = needsClauses ? findClauses(grammar, text, offsets, parsed.kind === 'error') : undefined;
  if (found === undefined) {
    if (parsed.kind === 'error') throw syntaxError(parsed.message, parsed.position);
    const untouched = { edited: applyEdits(text, []), rewritten: offsets, travels: [], tables: [] };
    return parsed.statements.map((raw) => statementOf({ text, offsets, ...untouched }, raw));
  }
  const reparsed = grammar.parse(found.edited.text);
  const rewritten = byteOffsets(found.edited.text);
  const source = { text, offsets, rewritten, ...found };
  if (reparsed.kind === 'error') {
    const { message, position } = reparsed;
    const original = position && offsets.position(found.edited.originalOffset(rewritten.offset(position)));
    throw syntaxError(message, original);
  }
  const statements = reparsed.statements.map((raw) => statementOf(source, raw));
  const bound = statements.reduce((count, statement) => count + statement.timeTravel.length, 0);
  // A clause that stood where no table stands: the first parse said what is wrong.
  if (parsed.kind === 'error' && bound < found.travels.length) {
    throw syntaxError(parsed.message, parsed.position);
  }
  return statements;
}

/** Where the pieces of a statement come from: the client's text, the edited one, and what was taken out. */
type Source = {
  readonly text: string;
  readonly offsets: ByteOffsets;
  readonly edited: EditedText;
  readonly rewritten: ByteOffsets;
  readonly travels: readonly FoundTravel[];
  readonly tables: readonly (FoundClauses | FoundChanges)[];
};

function findClauses(
  grammar: Grammar,
  text: string,
  offsets: ByteOffsets,
  failed: boolean,
): Pick<Source, 'edited' | 'travels' | 'tables'> | undefined {
  const travel = failed && mayTimeTravel(text);
  const table = mayHaveTableClauses(text);
  const alter = mayAlterTable(text);
  const calls = mayCallMetadata(text);
  const tokens = travel || table || alter || calls ? grammar.scan(text) : undefined;
  if (tokens === undefined) return undefined;
  const scanned = { text, tokens, offsets, grammar };
  const travels = travel ? findTimeTravel(scanned) : [];
  const tables = [...(table ? findTableClauses(scanned) : []), ...(alter ? findAlterClauses(scanned) : [])];
  const edits = [...[...travels, ...tables].flatMap((found) => found.edits), ...(calls ? metadataCalls(scanned) : [])];
  return edits.length === 0 ? undefined : { edited: applyEdits(text, edits), travels, tables };
}

/** CREATE TABLE with options or an access method, or a change of options: valid for the grammar, not for Postgres. */
function hasTableOptions(node: Node): boolean {
  if ('AlterTableStmt' in node)
    return (node.AlterTableStmt.cmds ?? []).some(
      (command) => 'AlterTableCmd' in command && /^AT_(Set|Reset)RelOptions$/.test(command.AlterTableCmd.subtype ?? ''),
    );
  if ('ExplainStmt' in node) return node.ExplainStmt.query !== undefined && hasTableOptions(node.ExplainStmt.query);
  const table =
    'CreateStmt' in node ? node.CreateStmt : 'CreateTableAsStmt' in node ? node.CreateTableAsStmt.into : undefined;
  return table?.options !== undefined || table?.accessMethod !== undefined;
}

function statementOf(source: Source, raw: RawStatement): Statement {
  const { offsets, edited, rewritten } = source;
  const text = rewritten.slice(raw.start, raw.end).trimEnd();
  const own = byteOffsets(text);
  const clientOffset = (offset: number): number => edited.originalOffset(raw.start + offset);
  const toClientPosition = (position: number): number => offsets.position(clientOffset(own.offset(position)));
  const clientStart = edited.originalOffset(raw.start);
  const clientEnd = edited.originalOffset(raw.end);
  const mentioned = mentionedRelations(raw.node);
  const names = new Map(mentioned.map((relation) => [relation.name, relation]));
  const timeTravel: TimeTravel[] = [];
  for (const { travel } of source.travels) {
    const use = names.get(travel.placeholder);
    if (use?.isTarget) throw travelTargetModified(travel.relation.position);
    if (use) timeTravel.push(travel);
  }
  const placeholders = new Set(timeTravel.map((travel) => travel.placeholder));
  const extension = tableExtension(source, clientStart, clientEnd);
  return {
    text,
    clientText: offsets.slice(clientStart, clientEnd).trim(),
    kind: statementKind(raw.node),
    node: raw.node,
    relations: mentioned
      .filter((relation) => !placeholders.has(relation.name))
      .map(({ schema, name, location }) => ({
        ...(schema !== undefined && { schema }),
        name,
        position: offsets.position(location === undefined ? clientStart : edited.originalOffset(location)),
      })),
    timeTravel,
    ...(extension && { extension }),
    toClientPosition,
  };
}

function tableExtension(source: Source, start: number, end: number): Extension | undefined {
  return source.tables.find((table) => table.start >= start && table.start < end)?.extension;
}
