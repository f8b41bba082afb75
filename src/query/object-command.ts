import type { Node } from '@pgsql/types';

/** Kinds of objects that Postgres keeps beside the tables, as the grammar names them. */
const KINDS: Readonly<Record<string, string>> = {
  OBJECT_VIEW: 'VIEW',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_FUNCTION: 'FUNCTION',
  OBJECT_PROCEDURE: 'PROCEDURE',
  OBJECT_ROUTINE: 'ROUTINE',
  OBJECT_TYPE: 'TYPE',
  OBJECT_DOMAIN: 'DOMAIN',
  OBJECT_ATTRIBUTE: 'TYPE',
  OBJECT_DOMCONSTRAINT: 'DOMAIN',
};

/** Statements that are about such objects only. */
const COMMANDS: Readonly<Record<string, string>> = {
  ViewStmt: 'CREATE VIEW',
  CreateSeqStmt: 'CREATE SEQUENCE',
  AlterSeqStmt: 'ALTER SEQUENCE',
  CreateFunctionStmt: 'CREATE FUNCTION',
  AlterFunctionStmt: 'ALTER FUNCTION',
  CompositeTypeStmt: 'CREATE TYPE',
  CreateEnumStmt: 'CREATE TYPE',
  AlterEnumStmt: 'ALTER TYPE',
  CreateRangeStmt: 'CREATE TYPE',
  CreateDomainStmt: 'CREATE DOMAIN',
  AlterDomainStmt: 'ALTER DOMAIN',
};

type Tree = { readonly [key: string]: unknown };

/** The command of a statement about views, sequences, types or routines; undefined for others. */
export function objectCommand(node: Node): string | undefined {
  const [statement = '', body] = Object.entries(node)[0] ?? [];
  if (COMMANDS[statement] !== undefined) return COMMANDS[statement];
  const { removeType, renameType, relationType, objtype, objectType } = body as Tree;
  const kind =
    KINDS[
      (renameType === 'OBJECT_COLUMN' ? relationType : (removeType ?? renameType ?? objtype ?? objectType)) as string
    ];
  if (kind === undefined) return undefined;
  if (statement === 'DropStmt') return `DROP ${kind}`;
  if (statement === 'CommentStmt') return 'COMMENT';
  return /^(?:Rename|AlterTable|AlterObjectSchema|AlterOwner)Stmt$/.test(statement) ? `ALTER ${kind}` : undefined;
}
