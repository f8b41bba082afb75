import { isMap, isScalar } from 'yaml';
import type { Node as YamlNode } from 'yaml';
import type { Given, Node } from './setting.ts';

/** What a source gave and what is wrong with it. Settings are only checked once the winning source is known. */
export type Gathered = { readonly givens: Given[]; readonly problems: string[] };

/** How one source tells its places: the source's name for a value, the folder of its relative paths. */
export type Origin = {
  readonly sourceOf: (value: YamlNode | null) => string;
  readonly folder: string;
  readonly textual: boolean;
};

/** Walks YAML along the schema: unknown keys and values of the wrong shape are problems, leaves are givens. */
export function gather(
  node: Node,
  value: YamlNode | null,
  path: readonly string[],
  origin: Origin,
  into: Gathered,
): void {
  if (node.kind === 'setting') {
    const scalar = isScalar(value) ? value.value : undefined;
    into.givens.push({ path, value: scalar, source: origin.sourceOf(value), ...pick(origin) });
    return;
  }
  if (!isMap(value)) {
    const expected = node.kind === 'group' ? `the keys ${Object.keys(node.members).join(', ')}` : node.about;
    into.problems.push(`${place(path, origin.sourceOf(value))}: a value stands here; expected a map: ${expected}`);
    return;
  }
  for (const pair of value.items) {
    const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
    const child = node.kind === 'named' ? node.each : Object.hasOwn(node.members, key) && node.members[key];
    const source = origin.sourceOf(pair.key as YamlNode);
    if (child) gather(child, pair.value as YamlNode | null, [...path, key], atLeast(origin, source), into);
    else if (node.kind === 'group') into.problems.push(unknownKey([...path, key], source, Object.keys(node.members)));
  }
}

export function unknownKey(path: readonly string[], source: string, accepted: readonly string[]): string {
  return `${place(path, source)}: unknown key; expected one of ${accepted.join(', ')}`;
}

/** A setting and its source, as problems name them. */
export function place(path: readonly string[], source: string): string {
  return `${path.join('.') || 'configuration'} (${source})`;
}

function pick({ folder, textual }: Origin): { folder: string; textual: boolean } {
  return { folder, textual };
}

/** Empty values have no place of their own in the file: they are where their key is. */
function atLeast(origin: Origin, source: string): Origin {
  return { ...origin, sourceOf: (value) => (value?.range ? origin.sourceOf(value) : source) };
}
