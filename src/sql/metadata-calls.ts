import { sqlName } from '../base/sql-name.ts';
import type { ScannedText } from './scanned-text.ts';
import { stringLiteral } from './string-literal.ts';
import type { TextEdit } from './text-edits.ts';
import { foldedName, isName } from './is-name.ts';

/** Whether a text may call a metadata function; cheap, and often wrong. */
export function mayCallMetadata(text: string): boolean {
  return /\biceberg"?\s*\./i.test(text);
}

/**
 * `iceberg.snapshots('ns.t')` in FROM, as DuckDB and Iceberg users write it, becomes the metadata table
 * `"ns"."t$snapshots"`; without an alias of its own it is called by the function's name, as Postgres calls functions.
 */
export function metadataCalls({ tokens, grammar }: ScannedText): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (let at = 1; at + 5 < tokens.length + 1; at++) {
    const [schema, dot, call, open, argument, close] = tokens.slice(at, at + 6);
    if (schema === undefined || call === undefined || argument === undefined || close === undefined) break;
    if (!['from', 'join', ','].includes(tokens[at - 1]?.text.toLowerCase() ?? '')) continue;
    if (!isName(schema) || foldedName(schema) !== 'iceberg' || dot?.text !== '.' || !isName(call)) continue;
    if (open?.text !== '(' || argument.kind !== 'string' || close.text !== ')') continue;
    const table = stringLiteral(grammar, argument.text);
    if (table === undefined) continue;
    const kind = foldedName(call);
    const next = tokens[at + 6];
    const isAliased = isName(next) || next?.text.toLowerCase() === 'as';
    edits.push({
      start: schema.start,
      end: close.end,
      replacement: `${relationOf(table, kind)}${isAliased ? '' : ` AS ${sqlName(kind)}`}`,
    });
  }
  return edits;
}

/** The last dot separates the table from its namespace. */
function relationOf(table: string, kind: string): string {
  const dot = table.lastIndexOf('.');
  const name = sqlName(`${table.slice(dot + 1)}$${kind}`);
  return dot < 0 ? name : `${sqlName(table.slice(0, dot))}.${name}`;
}
