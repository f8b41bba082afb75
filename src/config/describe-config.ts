import type { LoadedConfig } from './config.ts';
import { SCHEMA } from './schema.ts';
import type { Node } from './setting.ts';

/** The effective configuration as YAML, each value with its source as a comment; secrets are masked. */
export function describeConfig({ config, sources }: LoadedConfig): string {
  return [...linesOf(SCHEMA, config, [], sources)].join('\n') + '\n';
}

function* linesOf(
  node: Exclude<Node, { kind: 'setting' }>,
  values: unknown,
  path: readonly string[],
  sources: ReadonlyMap<string, string>,
): Iterable<string> {
  const indent = '  '.repeat(path.length);
  for (const [name, value] of Object.entries(values as Record<string, unknown>)) {
    const child = node.kind === 'group' ? node.members[name]! : node.each;
    const key = /^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name);
    const here = [...path, name];
    if (child.kind === 'setting') {
      const source = sources.get(here.join('.')) ?? 'default';
      const shown = value === undefined ? 'null' : child.secret ? '"********"' : JSON.stringify(value);
      yield `${`${indent}${key}: ${shown}`.padEnd(60)} # ${source}`;
    } else if (Object.keys(value as object).length === 0) {
      yield `${`${indent}${key}: {}`.padEnd(60)} # default`;
    } else {
      yield `${indent}${key}:`;
      yield* linesOf(child, value, here, sources);
    }
  }
}
