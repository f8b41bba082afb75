import type { Node } from '@pgsql/types';
import { notSupported } from '../base/sql-error.ts';
import type { Field } from '../pgtype/pgtype.ts';
import { intoClause } from '../sql/into-clause.ts';
import type { Statement } from '../sql/sql.ts';
import type { PreparedStatement } from './prepare-statement.ts';
import type { Execution, StatementContext } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { alterTable } from './alter/alter-table.ts';
import { commentOn } from './comment-on.ts';
import { createIndex } from './create-index.ts';
import { createSchema } from './create-schema.ts';
import { createTableAs } from './create-table-as.ts';
import { createTable } from './create-table.ts';
import { defineObjects } from './define-objects.ts';
import { dropObjects } from './drop-objects.ts';
import { notTheOwner, readOnlyDatabase, readOnlyTransaction } from './errors.ts';
import { explainField, runExplain } from './explain/run-explain.ts';
import type { Execute } from './explain/run-explain.ts';
import { objectCommand } from './object-command.ts';
import { renameObject } from './alter/rename-object.ts';
import { setSchema } from './alter/set-schema.ts';
import { alterRole, createRole, dropRole } from './alter-role.ts';
import { truncateTables } from './truncate-tables.ts';

type Utility = (run: StatementRun, node: Node, execute: Execute) => Promise<Execution>;

/** Utility statements by the grammar's name, with the command's name for errors. */
const UTILITIES: Readonly<Record<string, { readonly command: string; readonly run: Utility }>> = {
  CreateSchemaStmt: {
    command: 'CREATE SCHEMA',
    run: (run, node, execute) => createSchema(run, bodyOf(node, 'CreateSchemaStmt'), execute),
  },
  CreateStmt: { command: 'CREATE TABLE', run: (run, node) => createTable(run, bodyOf(node, 'CreateStmt')) },
  CreateTableAsStmt: {
    command: 'CREATE TABLE AS',
    run: (run, node) => createTableAs(run, bodyOf(node, 'CreateTableAsStmt')),
  },
  SelectStmt: {
    command: 'SELECT INTO',
    run: (run, node) => createTableAs(run, { into: intoClause(node)!, objtype: 'OBJECT_TABLE' }),
  },
  AlterTableStmt: { command: 'ALTER TABLE', run: (run, node) => alterTable(run, bodyOf(node, 'AlterTableStmt')) },
  RenameStmt: { command: 'ALTER TABLE', run: (run, node) => renameObject(run, bodyOf(node, 'RenameStmt')) },
  AlterObjectSchemaStmt: {
    command: 'ALTER TABLE',
    run: (run, node) => setSchema(run, bodyOf(node, 'AlterObjectSchemaStmt')),
  },
  IndexStmt: { command: 'CREATE INDEX', run: (run, node) => createIndex(run, bodyOf(node, 'IndexStmt')) },
  DropStmt: { command: 'DROP TABLE', run: (run, node) => dropObjects(run, bodyOf(node, 'DropStmt')) },
  TruncateStmt: { command: 'TRUNCATE TABLE', run: (run, node) => truncateTables(run, bodyOf(node, 'TruncateStmt')) },
  CreateRoleStmt: { command: 'CREATE ROLE', run: (run, node) => createRole(run, bodyOf(node, 'CreateRoleStmt')) },
  AlterRoleStmt: { command: 'ALTER ROLE', run: (run, node) => alterRole(run, bodyOf(node, 'AlterRoleStmt')) },
  DropRoleStmt: { command: 'DROP ROLE', run: (run, node) => dropRole(run, bodyOf(node, 'DropRoleStmt')) },
  CommentStmt: { command: 'COMMENT', run: (run, node) => commentOn(run, bodyOf(node, 'CommentStmt')) },
};

/** Parse and Describe of a utility statement: it is interpreted when it is executed. */
export function prepareUtility(
  statement: Statement,
  parameterOids: readonly number[],
  context: StatementContext,
): PreparedStatement {
  const { node } = statement;
  const fields: readonly Field[] | null = 'ExplainStmt' in node ? [explainField(node.ExplainStmt)] : null;
  const isKnown = 'CopyStmt' in node || utilityOf(node) !== undefined;
  if (fields === null && !isKnown) throw refusal(node);
  return { statement, parameterOids, fields, notices: [], route: { kind: 'utility' }, reads: new Map(), context };
}

/** Runs a utility statement in its transaction; `execute` runs the statements inside it. */
export async function runUtility(run: StatementRun, execute: Execute): Promise<Execution> {
  const { node } = run.prepared.statement;
  if ('ExplainStmt' in node) return await runExplain(run, node.ExplainStmt, execute);
  const utility = utilityOf(node);
  if (utility === undefined) throw refusal(node);
  if (run.parts.catalog.readOnly && !utility.command.endsWith(' ROLE')) throw readOnlyDatabase(run.parts.name);
  if (utility.ofOwner && run.context.role !== run.parts.roles.owner)
    throw notTheOwner(utility.command, run.parts.roles.owner);
  if (run.readOnly) throw readOnlyTransaction(utility.command);
  return await utility.run(run, node, execute);
}

function utilityOf(
  node: Node,
): { readonly command: string; readonly run: Utility; readonly ofOwner: boolean } | undefined {
  const command = objectCommand(node);
  if (command !== undefined) return { command, run: (run) => defineObjects(run), ofOwner: false };
  const utility = UTILITIES[Object.keys(node)[0] ?? ''];
  return utility && { ...utility, ofOwner: !utility.command.endsWith(' ROLE') };
}

function bodyOf<Name extends string>(node: Node, name: Name): Extract<Node, Record<Name, unknown>>[Name] {
  return (node as Record<Name, unknown>)[name] as Extract<Node, Record<Name, unknown>>[Name];
}

const KNOWN = 'The gateway knows queries, INSERT, UPDATE, DELETE, MERGE and the definition of schemas and tables.';

/** Commands whose grammar node is named otherwise. */
const COMMANDS: Readonly<Record<string, string>> = {
  CreateSeqStmt: 'CREATE SEQUENCE',
  AlterSeqStmt: 'ALTER SEQUENCE',
  CompositeTypeStmt: 'CREATE TYPE',
  CreateEnumStmt: 'CREATE TYPE',
  CreateRangeStmt: 'CREATE TYPE',
  CreateTrigStmt: 'CREATE TRIGGER',
  DefineStmt: 'CREATE AGGREGATE, OPERATOR, COLLATION or a shell type',
  RuleStmt: 'CREATE RULE',
  CheckPointStmt: 'CHECKPOINT',
  CreatedbStmt: 'CREATE DATABASE',
  DropdbStmt: 'DROP DATABASE',
  VacuumStmt: 'VACUUM or ANALYZE',
};

/** `LoadStmt` reads as LOAD, `CreateFunctionStmt` as CREATE FUNCTION. */
function refusal(node: Node): Error {
  const kind = Object.keys(node)[0] ?? 'Statement';
  if (COMMANDS[kind] !== undefined) return notSupported(COMMANDS[kind], KNOWN);
  const words = kind.replace(/Stmt$/, '').replace(/([a-z])([A-Z])/g, '$1 $2');
  return notSupported(words.toUpperCase(), KNOWN);
}
