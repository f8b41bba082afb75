import type { ExplainOptions } from './explain-options.ts';

/** What EXPLAIN tells of a statement, as an object with the keys of its JSON form. */
export type Explanation = {
  readonly [key: string]: ExplainedValue;
};
export type ExplainedValue = string | number | null | Explanation | readonly ExplainedValue[];

/** One row in the forms for programs. */
export function explainedText(explanation: Explanation, format: Exclude<ExplainOptions['format'], 'text'>): string {
  switch (format) {
    case 'json':
      return JSON.stringify([explanation], null, 2);
    case 'xml':
      return [
        '<explain xmlns="http://www.postgresql.org/2009/explain">',
        ...xml('Query', explanation, 1),
        '</explain>',
      ].join('\n');
    case 'yaml':
      return yaml([explanation], 0).join('\n');
  }
}

/** Names as PostgreSQL makes tags of them (ExplainXMLTag). */
function xml(name: string, value: ExplainedValue, depth: number): readonly string[] {
  const tag = name.replaceAll(/[^\w.-]/g, '-');
  const indent = '  '.repeat(depth);
  if (typeof value !== 'object' || value === null)
    return [`${indent}<${tag}>${value === null ? '' : escaped(String(value))}</${tag}>`];
  const items: readonly (readonly [string, ExplainedValue])[] = Array.isArray(value)
    ? (value as readonly ExplainedValue[]).map((item) => ['Item', item] as const)
    : Object.entries(value as Explanation);
  return [`${indent}<${tag}>`, ...items.flatMap(([key, item]) => xml(key, item, depth + 1)), `${indent}</${tag}>`];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Strings as JSON, which is YAML too. */
function yaml(value: ExplainedValue, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  if (typeof value !== 'object' || value === null) return [`${indent}${JSON.stringify(value)}`];
  if (Array.isArray(value))
    return (value as readonly ExplainedValue[]).flatMap((item) => {
      const [first = '', ...rest] = yaml(item, depth + 1);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  return Object.entries(value as Explanation).flatMap(([key, item]) => {
    const isNested = typeof item === 'object' && item !== null && Object.keys(item).length > 0;
    if (isNested) return [`${indent}${key}:`, ...yaml(item, depth + 1)];
    return [`${indent}${key}: ${JSON.stringify(item)}`];
  });
}
