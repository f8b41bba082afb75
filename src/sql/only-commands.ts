import { alterCommands } from './alter-commands.ts';
import { byteOffsets } from './byte-offsets.ts';
import type { Grammar } from './grammar.ts';

/** The text of an ALTER TABLE with some of its commands blanked out; what stays is at the same position. */
export function onlyCommands(grammar: Grammar, text: string, isKept: (index: number) => boolean): string {
  const commands = alterCommands(grammar, text);
  const offsets = byteOffsets(text);
  const parts: string[] = [];
  let kept = false;
  let done = 0;
  for (const [index, { start, end }] of commands.entries()) {
    const between = offsets.slice(done, start);
    parts.push(index === 0 || (kept && isKept(index)) ? between : between.replace(',', ' '));
    const command = offsets.slice(start, end);
    parts.push(isKept(index) ? command : command.replaceAll(/./gsu, ' '));
    kept ||= isKept(index);
    done = end;
  }
  return [...parts, offsets.slice(done, offsets.sizeBytes)].join('');
}
