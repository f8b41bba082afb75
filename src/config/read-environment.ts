import { gatherText } from './gather-text.ts';
import type { Gathered } from './gather.ts';
import { SCHEMA } from './schema.ts';
import type { Node } from './setting.ts';

const PREFIX = 'BERGWIRE_';

/** Names the configuration file; no setting of its own. */
export const CONFIG_VARIABLE = `${PREFIX}CONFIG`;

/** What variables called BERGWIRE_... give, e.g. BERGWIRE_LISTEN_PORT. Maps are given whole, as YAML or JSON text. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
  into: Gathered,
): void {
  const known = new Map([...nodesOf(SCHEMA, [])].map((found) => [variableOf(found.path), found]));
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || name === CONFIG_VARIABLE || text === undefined) continue;
    const found = known.get(name);
    if (found) gatherText(found.node, text, found.path, { source: name, folder }, into);
    else
      into.problems.push(`${name}: unknown variable; expected one of ${[CONFIG_VARIABLE, ...known.keys()].join(', ')}`);
  }
}

type Found = { readonly node: Node; readonly path: readonly string[] };

/** Settings and maps that have a name of their own; groups have not. */
function* nodesOf(node: Node, path: readonly string[]): Iterable<Found> {
  if (node.kind !== 'group') return yield { node, path };
  for (const [name, member] of Object.entries(node.members)) yield* nodesOf(member, [...path, name]);
}

function variableOf(path: readonly string[]): string {
  return PREFIX + path.map((part) => part.replaceAll(/[A-Z]/g, '_$&').toUpperCase()).join('_');
}
