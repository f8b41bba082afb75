import { gatherText } from './gather-text.ts';
import { unknownKey } from './gather.ts';
import type { Gathered } from './gather.ts';
import { SCHEMA } from './schema.ts';
import type { Node } from './setting.ts';

/** Flags that have a short name. */
const SHORT: Readonly<Record<string, string>> = { host: 'listen.host', port: 'listen.port' };

/**
 * What flags give: `--listen.port 5439`, `--listen.port=5439`, `--catalogs.lake.readOnly`. Resolves to the value of
 * `--config`, which names the configuration file and is no setting of its own.
 */
export function readFlags(flags: readonly string[], folder: string, into: Gathered): string | undefined {
  let file: string | undefined;
  const rest = [...flags];
  while (rest.length > 0) {
    const flag = rest.shift()!;
    const [, name, attached] = /^--([^=]+)(?:=(.*))?$/s.exec(flag) ?? [];
    if (name === undefined) {
      into.problems.push(`${flag}: not a flag; expected --NAME VALUE`);
      continue;
    }
    const separate = attached === undefined && rest[0] !== undefined && !rest[0].startsWith('--');
    const value = attached ?? (separate ? rest.shift()! : 'true');
    if (name === 'config') {
      file = value;
      continue;
    }
    const found = find(SCHEMA, (SHORT[name] ?? name).split('.'), []);
    const source = `--${name}`;
    if ('unknown' in found) into.problems.push(unknownKey(found.unknown, source, found.accepted));
    else gatherText(found.node, value, found.path, { source, folder }, into);
  }
  return file;
}

type Found =
  | { readonly node: Node; readonly path: readonly string[] }
  | { readonly unknown: readonly string[]; readonly accepted: readonly string[] };

/** The node under a dotted name. Names that the operator chose may hold dots themselves. */
function find(node: Node, parts: readonly string[], path: readonly string[]): Found {
  if (parts.length === 0) return { node, path };
  if (node.kind === 'setting') return { unknown: [...path, ...parts], accepted: [path.join('.')] };
  if (node.kind === 'group') {
    const [name, ...below] = parts;
    if (Object.hasOwn(node.members, name!)) return find(node.members[name!]!, below, [...path, name!]);
    const accepted = [...Object.keys(node.members), ...(path.length === 0 ? ['config', ...Object.keys(SHORT)] : [])];
    return { unknown: [...path, ...parts], accepted };
  }
  if (node.each.kind === 'setting') return { node: node.each, path: [...path, parts.join('.')] };
  return parts.length === 1
    ? { node: node.each, path: [...path, parts[0]!] }
    : find(node.each, parts.slice(-1), [...path, parts.slice(0, -1).join('.')]);
}
