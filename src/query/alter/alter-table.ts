import type { AlterTableCmd, AlterTableStmt } from '@pgsql/types';
import { notSupported } from '../../base/sql-error.ts';
import { currentSchema } from '../../iceberg/change-field.ts';
import type { NoticeFields } from '../../postgres/postgres.ts';
import { alterCommands } from '../../sql/alter-commands.ts';
import { onlyCommands } from '../../sql/only-commands.ts';
import { defineObjects, stageDependants } from '../define-objects.ts';
import { noColumns, undefinedTable } from '../errors.ts';
import { namesObject } from '../names-object.ts';
import { doesNotExist, unenforcedKey } from '../notices.ts';
import type { Execution } from '../query.ts';
import { stageIfExists } from '../stage-named.ts';
import { finished } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import type { StagedTable } from '../transaction-tables.ts';
import { alterationOf, changesNothing } from './alteration.ts';
import type { AlterCommand, Alteration } from './alteration.ts';
import { judgedAlteration } from './judged-alteration.ts';
import { changeTable } from './change-table.ts';
import { refuseCommand } from './refuse-command.ts';
import { computesRows, rewriteRows } from './rewrite-rows.ts';
import { validateRows } from './validate-rows.ts';
import type { Validation } from './validate-rows.ts';

/**
 * ALTER TABLE: Postgres judges all commands together on the mirror; the difference that they make becomes one change of
 * the Iceberg schema and properties, new values of existing rows new files, and what must hold of rows is looked at.
 */
export async function alterTable(run: StatementRun, node: AlterTableStmt): Promise<Execution> {
  if (node.objtype !== 'OBJECT_TABLE' || node.relation === undefined)
    throw notSupported(`ALTER ${(node.objtype ?? '').replace('OBJECT_', '')}`, 'Tables can be altered.');
  const staged = await stageIfExists(run, node.relation);
  if (staged === undefined && namesObject(run, node.relation)) return await defineObjects(run);
  if (staged === undefined) {
    if (node.missing_ok !== true) throw undefinedTable(node.relation.relname ?? '');
    return finished('ALTER TABLE', [doesNotExist('relation', node.relation.relname ?? '')]);
  }
  const { extension } = run.prepared.statement;
  const changes = extension?.kind === 'alterTable' ? extension.changes : [];
  const notices = await alterDefinition(run, staged, node);
  if (changes.length > 0) await changeTable(run, staged, changes);
  return finished('ALTER TABLE', notices);
}

/** The commands that Postgres knows, all together. */
async function alterDefinition(
  run: StatementRun,
  staged: StagedTable,
  node: AlterTableStmt,
): Promise<readonly NoticeFields[]> {
  const all = commandsOf(run, node);
  const commands = all.filter((command) => !isExtension(command.node));
  if (commands.length === 0) return [];
  for (const command of commands) refuseCommand(command.node);
  const before = await run.parts.postgres.mirror.ensureTable(staged.loaded);
  const judged = (text: string): string =>
    onlyCommands(run.parts.grammar, text, (index) => !isExtension(all[index]!.node));
  const after = await judgedAlteration(run, staged, judged);
  for (const command of commands) refuseOwner(run, command.node);
  if (after.columns.length === 0) throw noColumns();
  const { metadata } = staged.loaded;
  const cascades = await stageDependants(run, judged);
  const alteration = alterationOf(metadata, before, after, commands);
  const added = changesNothing(metadata, alteration) ? [] : await alter(run, staged, alteration);
  const own = (after.notices ?? []).filter(({ message }) => !message.startsWith('drop cascades to'));
  return [...own, ...cascades, ...added];
}

/** Stands for a command that Postgres does not know (find-alter-clauses.ts). */
function isExtension({ subtype }: AlterTableCmd): boolean {
  return subtype === 'AT_SetRelOptions';
}

function commandsOf(run: StatementRun, node: AlterTableStmt): readonly AlterCommand[] {
  const texts = alterCommands(run.parts.grammar, run.prepared.statement.text);
  return (node.cmds ?? []).flatMap((command, index) => {
    if (!('AlterTableCmd' in command)) return [];
    const using = texts[index]?.using;
    return [{ node: command.AlterTableCmd, ...(using !== undefined && { using }) }];
  });
}

/** Tables belong to the first role, who alone gets here. */
function refuseOwner(run: StatementRun, { subtype, newowner }: AlterTableCmd): void {
  if (subtype !== 'AT_ChangeOwner' || newowner?.roletype !== 'ROLESPEC_CSTRING') return;
  if (newowner.rolename !== run.parts.roles.owner)
    throw notSupported('OWNER TO another role', `Tables belong to role "${run.parts.roles.owner}".`);
}

async function alter(run: StatementRun, staged: StagedTable, alteration: Alteration): Promise<readonly NoticeFields[]> {
  const validation = validationOf(staged, alteration);
  await rewriteRows(run, staged, alteration);
  await validateRows(run, staged, validation);
  const { required, checks, primaryKey } = validation;
  if (computesRows(alteration) || required.length > 0 || checks.length > 0) staged.needsSameRows = true;
  if (primaryKey === undefined) return [];
  return [unenforcedKey(staged.name)];
}

/** What the alteration promises of rows that are there already. */
function validationOf(staged: StagedTable, alteration: Alteration): Validation {
  const { metadata } = staged.loaded;
  const { properties } = metadata;
  const { identifierFieldIds } = currentSchema(metadata);
  const { required, added, replaced, checks, primaryKey } = alteration;
  const computed = [...added, ...replaced].filter(({ definition }) => definition.notNull);
  const isNewKey =
    identifierFieldIds.length === 0 || replaced.some(({ column }) => primaryKey?.columns.includes(column) === true);
  return {
    required: [...required, ...computed.map(({ column }) => column)],
    checks: checks.filter(({ name, sql, isNotValid }) => {
      const wasValid = properties[`bergwire.check-not-valid.${name}`] === undefined;
      const held = replaced.length === 0 && properties[`bergwire.check.${name}`] === sql && wasValid;
      return isNotValid !== true && !held;
    }),
    primaryKey: isNewKey ? primaryKey : undefined,
  };
}
