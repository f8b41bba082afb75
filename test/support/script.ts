import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * The reader of test scripts: steps of *directive / input / ---- / expected*, separated by blank lines.
 *
 *     # a comment
 *     query
 *     SELECT 1
 *     ----
 *     1
 *
 * An expectation that holds blank lines is fenced: `----` twice before it and twice after it. With REWRITE=1 in the
 * environment the expectations are replaced by what was answered, and everything else of the file is kept.
 */
export type ScriptStep = {
  /** First word of the directive line. */
  readonly directive: string;
  /** The other words of the directive line. */
  readonly words: readonly string[];
  /** Lines before `----`, joined by newlines, without a newline at the end. */
  readonly input: string;
  /** Lines after `----`, joined by newlines, without a newline at the end; empty for nothing. */
  readonly expected: string;
  /** 1-based line of the directive. */
  readonly line: number;
};

/** Runs every step in order and compares; a difference names the file and the line. */
export async function runScript(path: string, answer: (step: ScriptStep) => Promise<string> | string): Promise<void> {
  const parts = parseParts(await readFile(path, 'utf8'));
  const rewrite = process.env.REWRITE === '1';
  const output: string[] = [];
  for (const part of parts) {
    if (typeof part === 'string') {
      output.push(part);
      continue;
    }
    const actual = (await answer(part)).replace(/\n+$/, '');
    if (!rewrite) assert.equal(actual, part.expected, `${path}:${part.line}: ${part.directive}`);
    output.push(printStep({ ...part, expected: actual }));
  }
  if (rewrite) await writeFile(path, output.join('\n') + '\n');
}

/** The steps of a script's text. */
export function parseScript(text: string): readonly ScriptStep[] {
  return parseParts(text).filter((part) => typeof part !== 'string');
}

/** Steps, and between them the blank and comment lines as they are. */
function parseParts(text: string): (ScriptStep | string)[] {
  const lines = text.replace(/\n$/, '').split('\n');
  const parts: (ScriptStep | string)[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.trim() === '' || line.startsWith('#')) {
      parts.push(line);
      at += 1;
      continue;
    }
    const step = parseStep(lines, at);
    parts.push(step.step);
    at = step.end;
  }
  return parts;
}

function parseStep(lines: readonly string[], start: number): { step: ScriptStep; end: number } {
  const [directive, ...words] = lines[start]!.trim().split(/\s+/);
  const rule = lines.indexOf('----', start + 1);
  if (rule === -1) throw new Error(`line ${start + 1}: "${directive}" has no ---- line`);
  const fenced = lines[rule + 1] === '----';
  const from = fenced ? rule + 2 : rule + 1;
  let to = from;
  if (fenced) {
    while (to < lines.length && !(lines[to] === '----' && lines[to + 1] === '----')) to += 1;
    if (to === lines.length) throw new Error(`line ${start + 1}: the fenced expectation has no end`);
  } else {
    while (to < lines.length && lines[to] !== '') to += 1;
  }
  const step: ScriptStep = {
    directive: directive!,
    words,
    input: lines.slice(start + 1, rule).join('\n'),
    expected: lines.slice(from, to).join('\n'),
    line: start + 1,
  };
  return { step, end: fenced ? to + 2 : to };
}

function printStep(step: ScriptStep): string {
  const fence = step.expected.split('\n').includes('') && step.expected !== '' ? ['----'] : [];
  const tail = step.expected === '' ? [] : [step.expected];
  return [
    [step.directive, ...step.words].join(' '),
    ...(step.input === '' ? [] : [step.input]),
    '----',
    ...fence,
    ...tail,
    ...(fence.length > 0 ? ['----', '----'] : []),
  ].join('\n');
}
