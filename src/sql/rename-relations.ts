import { sqlName } from '../base/sql-name.ts';
import { byteOffsets } from './byte-offsets.ts';
import type { Grammar, Token } from './grammar.ts';
import type { MentionedRelation } from './mentioned-relations.ts';
import { mentionedRelations } from './mentioned-relations.ts';
import type { Statement } from './sql.ts';
import { applyEdits } from './text-edits.ts';

/**
 * The statement with references to relations replaced by others of another name. `renamed` gives SQL text
 * (`pg_bergwire."t#2"`) or undefined for what stays; what the statement calls them by stays the same. Positions still lead
 * to the client's text.
 */
export function renameRelations(
  grammar: Grammar,
  statement: Statement,
  renamed: (relation: MentionedRelation) => string | undefined,
): Statement {
  const parsed = grammar.parse(statement.text);
  const tokens = grammar.scan(statement.text);
  if (parsed.kind === 'error' || tokens === undefined) return statement;
  const gone = new Set<string>();
  const edits = parsed.statements.flatMap(({ node }) =>
    mentionedRelations(node).flatMap((relation) => {
      const name = renamed(relation);
      const first = tokens.findIndex(({ start }) => start === relation.location);
      if (name === undefined || first === -1) return [];
      gone.add(keyOf(relation));
      const isCommand = tokens[first - 1]?.text.toLowerCase() === 'table';
      const alias = relation.hasAlias || isCommand ? '' : ` AS ${sqlName(relation.name)}`;
      return [{ start: tokens[first]!.start, end: endOfName(tokens, first), replacement: `${name}${alias}` }];
    }),
  );
  if (edits.length === 0) return statement;
  const edited = applyEdits(statement.text, edits);
  const before = byteOffsets(statement.text);
  const after = byteOffsets(edited.text);
  return {
    ...statement,
    text: edited.text,
    relations: statement.relations.filter((relation) => !gone.has(keyOf(relation))),
    toClientPosition: (position) =>
      statement.toClientPosition(before.position(edited.originalOffset(after.offset(position)))),
  };
}

/** Byte after a name with its qualifiers. */
function endOfName(tokens: readonly Token[], first: number): number {
  let last = first;
  while (tokens[last + 1]?.text === '.' && tokens[last + 2] !== undefined) last += 2;
  return tokens[last]!.end;
}

function keyOf({ schema, name }: { readonly schema?: string; readonly name: string }): string {
  return JSON.stringify([schema ?? null, name]);
}
