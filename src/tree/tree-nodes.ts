/** A node of the analysed tree, of whatever kind. */
export type TreeNode = Readonly<Record<string, unknown>>;

/** A value and every node below it, in no particular order; a stack, since chained operators nest deeper than calls may. */
export function* treeNodes(root: unknown): Generator<TreeNode, void, undefined> {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    if (Array.isArray(value)) {
      for (const element of value) open.push(element);
      continue;
    }
    yield value as TreeNode;
    for (const field of Object.values(value)) open.push(field);
  }
}
