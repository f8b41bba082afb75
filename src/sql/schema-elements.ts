import { byteOffsets } from './byte-offsets.ts';
import type { Grammar } from './grammar.ts';
import { splitStatements } from './split-statements.ts';
import type { Statement } from './sql.ts';

/** The statements inside CREATE SCHEMA, in order, with positions in the client's text. */
export function schemaElements(grammar: Grammar, statement: Statement): readonly Statement[] {
  const tokens = grammar.scan(statement.text) ?? [];
  const offsets = byteOffsets(statement.text);
  const starts: number[] = [];
  let depth = 0;
  for (const [at, { text, kind, start }] of tokens.entries()) {
    if (text === '(') depth++;
    else if (text === ')') depth--;
    const begins = kind === 'keyword' && ['create', 'grant'].includes(text.toLowerCase());
    if (at > 0 && depth === 0 && begins) starts.push(start);
  }
  return starts.flatMap((start, index) => {
    const text = offsets.slice(start, starts[index + 1] ?? offsets.sizeBytes);
    const own = byteOffsets(text);
    return splitStatements(grammar, text).map((element) => ({
      ...element,
      toClientPosition: (position: number) =>
        statement.toClientPosition(offsets.position(start + own.offset(element.toClientPosition(position)))),
    }));
  });
}
