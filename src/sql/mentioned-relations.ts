/**
 * Every relation that a raw parse tree mentions and that is not a common table expression in scope: FROM items,
 * targets of DML, objects of DDL. The tree is walked without recursion: chains may be thousands of nodes deep.
 */
import type { Node } from '@pgsql/types';

export type MentionedRelation = {
  readonly schema?: string;
  readonly name: string;
  /** UTF-8 byte offset in the parsed text; undefined where the grammar keeps none (DROP, COMMENT). */
  readonly location?: number;
  /** The relation is written to, created or dropped. */
  readonly isTarget: boolean;
  /** The text gives it another name in this statement. */
  readonly hasAlias: boolean;
};

type Scope = { readonly names: ReadonlySet<string>; readonly outer?: Scope };
type Tree = { readonly [key: string]: unknown };
type Visit = { readonly value: unknown; readonly key: string; readonly scope: Scope; readonly isTarget: boolean };

export function mentionedRelations(node: Node): readonly MentionedRelation[] {
  const found: MentionedRelation[] = [];
  const pending: Visit[] = [{ value: node, key: '', scope: { names: new Set() }, isTarget: false }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const { value, scope } = visit;
    if (Array.isArray(value)) {
      // Reversed, so that the last pushed, which is visited first, is the first written.
      for (let at = value.length - 1; at >= 0; at--) pending.push({ ...visit, value: value[at] });
    } else if (typeof value === 'object' && value !== null) {
      const tree = value as Tree;
      if (isRangeVar(visit.key, tree)) addRangeVar(found, tree, scope, visit.isTarget);
      else pushChildren(pending, tree, visit);
      if (visit.key === 'DropStmt' || visit.key === 'CommentStmt') found.push(...namedObjects(visit.key, tree));
    }
  }
  return found;
}

/** RangeVars appear wrapped, as `{ RangeVar: ... }`, and bare in the fields of statements. */
function isRangeVar(key: string, tree: Tree): boolean {
  return key === 'RangeVar' || (typeof tree.relname === 'string' && 'relpersistence' in tree);
}

function addRangeVar(found: MentionedRelation[], range: Tree, scope: Scope, isTarget: boolean): void {
  const name = range.relname as string;
  const schema = range.schemaname as string | undefined;
  if (schema === undefined && !isTarget && inScope(scope, name)) return;
  const location = (range.location as number) ?? 0;
  const hasAlias = range.alias !== undefined;
  found.push({ ...(schema !== undefined && { schema }), name, location, isTarget, hasAlias });
}

function inScope(scope: Scope | undefined, name: string): boolean {
  for (let at = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

const STATEMENTS_WITH_TARGET = new Set(
  (
    'InsertStmt UpdateStmt DeleteStmt MergeStmt CreateStmt IntoClause into intoClause AlterTableStmt ' +
    'RenameStmt TruncateStmt ViewStmt IndexStmt AlterObjectSchemaStmt'
  ).split(' '),
);
const TARGET_FIELDS = new Set(['relation', 'relations', 'rel', 'view']);

function pushChildren(pending: Visit[], tree: Tree, visit: Visit): void {
  const withClause = tree.withClause as { ctes?: { CommonTableExpr: Tree }[]; recursive?: boolean } | undefined;
  let scope = visit.scope;
  const later: Visit[] = [];
  if (withClause?.ctes) {
    const names = withClause.ctes.map((cte) => cte.CommonTableExpr.ctename as string);
    withClause.ctes.forEach((cte, index) => {
      // A recursive WITH sees all its names, a plain one those before it.
      const visible = { names: new Set(withClause.recursive ? names : names.slice(0, index)), outer: visit.scope };
      later.push({ value: cte.CommonTableExpr.ctequery, key: 'ctequery', scope: visible, isTarget: false });
    });
    scope = { names: new Set(names), outer: visit.scope };
  }
  const hasTarget = STATEMENTS_WITH_TARGET.has(visit.key) || (visit.key === 'CopyStmt' && tree.is_from === true);
  for (const [key, value] of Object.entries(tree)) {
    if (key === 'withClause' && withClause?.ctes) continue;
    if (typeof value === 'object') later.push({ value, key, scope, isTarget: hasTarget && TARGET_FIELDS.has(key) });
  }
  for (let at = later.length - 1; at >= 0; at--) pending.push(later[at]!);
}

const TABLE_KINDS = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW']);

/** DROP TABLE and COMMENT ON name their tables as lists of strings. */
function namedObjects(key: string, tree: Tree): MentionedRelation[] {
  const kind = (key === 'DropStmt' ? tree.removeType : tree.objtype) as string;
  const ofColumn = kind === 'OBJECT_COLUMN';
  if (!TABLE_KINDS.has(kind) && !ofColumn) return [];
  const objects = (key === 'DropStmt' ? tree.objects : [tree.object]) as { List?: { items?: NameItem[] } }[];
  return (objects ?? []).flatMap((object) => {
    const parts = (object.List?.items ?? []).map((item) => item.String?.sval ?? '');
    if (ofColumn) parts.pop();
    const name = parts.at(-1);
    const schema = parts.at(-2);
    return name === undefined
      ? []
      : [{ ...(schema !== undefined && { schema }), name, isTarget: true, hasAlias: false }];
  });
}

type NameItem = { String?: { sval?: string } };
