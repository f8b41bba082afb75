import { byteOffsets } from './byte-offsets.ts';
import type { Statement } from './sql.ts';
import { applyEdits } from './text-edits.ts';

/**
 * The statement with its placeholders replaced by the relations that stand for them, for analysis. `relationNames`
 * holds SQL text (`pg_bergwire."t#2"`) by placeholder; placeholders without an entry stay. Positions still lead to the client's text.
 */
export function bindTimeTravel(statement: Statement, relationNames: ReadonlyMap<string, string>): Statement {
  if (statement.timeTravel.length === 0) return statement;
  const edits = statement.timeTravel.flatMap(({ placeholder }) => {
    const name = relationNames.get(placeholder);
    const at = statement.text.search(new RegExp(`\\b${placeholder}\\b`));
    if (name === undefined || at < 0) return [];
    const start = Buffer.byteLength(statement.text.slice(0, at));
    return [{ start, end: start + placeholder.length, replacement: name }];
  });
  const edited = applyEdits(statement.text, edits);
  const before = byteOffsets(statement.text);
  const after = byteOffsets(edited.text);
  return {
    ...statement,
    text: edited.text,
    toClientPosition: (position) =>
      statement.toClientPosition(before.position(edited.originalOffset(after.offset(position)))),
  };
}
