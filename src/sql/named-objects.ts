/**
 * What a raw parse tree says of temporary objects: whether a statement makes one, and the objects that utility
 * statements name as lists of strings (types, functions, indexes, sequences). Pure.
 */
import type { Node } from '@pgsql/types';
import { intoClause } from './into-clause.ts';

export type ObjectName = { readonly schema?: string; readonly name: string };

type Tree = { readonly [key: string]: unknown };

/** Fields that hold the name of a relation that the statement makes, by kind of statement. */
const CREATED: Readonly<Record<string, readonly string[]>> = {
  CreateStmt: ['relation'],
  CreateTableAsStmt: ['into', 'rel'],
  SelectStmt: [],
  ViewStmt: ['view'],
  CreateSeqStmt: ['sequence'],
  CompositeTypeStmt: ['typevar'],
};

/** The relation that a statement makes: CREATE TABLE, CREATE TABLE AS, SELECT INTO, CREATE VIEW, SEQUENCE or TYPE AS. */
export function createdRelation(node: Node): (ObjectName & { readonly isTemporary: boolean }) | undefined {
  const [kind, body] = Object.entries(node)[0] ?? [];
  const path = CREATED[kind ?? ''];
  if (path === undefined) return undefined;
  const range =
    kind === 'SelectStmt'
      ? (intoClause(node)?.rel as Tree | undefined)
      : path.reduce<Tree | undefined>((tree, key) => tree?.[key] as Tree | undefined, body as Tree);
  if (range === undefined) return undefined;
  const schema = range.schemaname as string | undefined;
  return {
    name: range.relname as string,
    ...(schema !== undefined && { schema }),
    isTemporary: range.relpersistence === 't' || isTemporarySchema(schema),
  };
}

/** `pg_temp`, or the schema behind it. */
export function isTemporarySchema(schema: string | undefined): boolean {
  return schema !== undefined && /^pg_temp(_\d+)?$/.test(schema);
}

/** Fields with names as lists of strings, by kind of statement. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  DropStmt: ['objects'],
  CommentStmt: ['object'],
  RenameStmt: ['object'],
  AlterObjectSchemaStmt: ['object'],
  AlterOwnerStmt: ['object'],
  AlterEnumStmt: ['typeName'],
  AlterDomainStmt: ['typeName'],
  AlterTypeStmt: ['typeName'],
  AlterFunctionStmt: ['func'],
  CreateFunctionStmt: ['funcname'],
  CreateEnumStmt: ['typeName'],
  CreateDomainStmt: ['domainname'],
  CreateRangeStmt: ['typeName'],
  DefineStmt: ['defnames'],
  CallStmt: ['funccall'],
};

const OF_COLUMN = new Set([
  'OBJECT_COLUMN',
  'OBJECT_ATTRIBUTE',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_RULE',
]);

/** Objects that a utility statement names outside of relation references. */
export function namedObjects(node: Node): readonly ObjectName[] {
  const [kind, body] = Object.entries(node)[0] ?? [];
  const fields = NAMED[kind ?? ''];
  if (fields === undefined) return [];
  const tree = body as Tree;
  const objectType = (tree.removeType ?? tree.objtype ?? tree.objectType ?? tree.renameType) as string | undefined;
  return fields
    .flatMap((field) => dottedNames(tree[field]))
    .flatMap((parts) => {
      const own = OF_COLUMN.has(objectType ?? '') ? parts.slice(0, -1) : parts;
      const name = own.at(-1);
      const schema = own.at(-2);
      return name === undefined ? [] : [{ name, ...(schema !== undefined && { schema }) }];
    });
}

/** One name, or several of them: `a.b` is a list of strings, lists of them come wrapped. */
function dottedNames(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    const parts = value.map((item) => (item as { String?: { sval?: string } }).String?.sval);
    return parts.every((part) => part !== undefined) ? [parts] : value.flatMap(dottedNames);
  }
  const tree = value as Tree;
  const string = (tree.String as { sval?: string } | undefined)?.sval;
  if (string !== undefined) return [[string]];
  return [tree.List, tree.items, tree.ObjectWithArgs, tree.objname, tree.TypeName, tree.names, tree.funcname].flatMap(
    dottedNames,
  );
}
