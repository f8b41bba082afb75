import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { LineCounter, isAlias, parseDocument, visit } from 'yaml';
import { gather } from './gather.ts';
import type { Gathered } from './gather.ts';
import { SCHEMA } from './schema.ts';

/** What a configuration file gives. A file that cannot be read or parsed is a problem, an empty one gives nothing. */
export function readFile(path: string, into: Gathered): void {
  const name = basename(path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    into.problems.push(`${path}: cannot be read: ${(error as Error).message}`);
    return;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number): string => `${name}:${lines.linePos(offset).line}`;
  for (const error of document.errors) into.problems.push(`${lineOf(error.pos[0])}: ${error.message}`);
  if (document.errors.length > 0 || document.contents === null) return;
  visit(document, (_key, node) => {
    if (isAlias(node)) into.problems.push(`${lineOf(node.range?.[0] ?? 0)}: aliases are not accepted; write the value`);
  });
  gather(
    SCHEMA,
    document.contents,
    [],
    {
      sourceOf: (value) => (value?.range ? lineOf(value.range[0]) : name),
      folder: dirname(resolve(path)),
      textual: false,
    },
    into,
  );
}
