import { Scalar, parseDocument } from 'yaml';
import { gather } from './gather.ts';
import type { Gathered } from './gather.ts';
import type { Node } from './setting.ts';

/** What the text of one variable or flag gives: itself where a setting is meant, YAML where a map is. */
export function gatherText(
  node: Node,
  text: string,
  path: readonly string[],
  { source, folder }: { readonly source: string; readonly folder: string },
  into: Gathered,
): void {
  const origin = { sourceOf: () => source, folder };
  if (node.kind === 'setting') return gather(node, new Scalar(text), path, { ...origin, textual: true }, into);
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) into.problems.push(`${source}: ${document.errors[0]!.message}`);
  else gather(node, document.contents, path, { ...origin, textual: false }, into);
}
