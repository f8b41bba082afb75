import type { AlterTableCmd, AlterTableStmt, ColumnDef } from '@pgsql/types';
import { notSupported, SqlError } from '../base/sql-error.ts';
import { addColumn } from '../iceberg/add-column.ts';
import { currentSchema } from '../iceberg/change-field.ts';
import { dropColumn } from '../iceberg/drop-column.ts';
import { makeColumnOptional } from '../iceberg/make-column-optional.ts';
import type { TableMetadata } from '../iceberg/iceberg.ts';
import type { NoticeFields } from '../postgres/postgres.ts';
import type { ColumnDefinition, TableDefinition } from '../postgres/table-definition.ts';
import { icebergTypeOf } from '../translate/iceberg-type-of.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import type { MetadataChange, StagedTable } from './transaction-tables.ts';
import { changeMirrored } from './change-mirrored.ts';
import { retypeColumn } from './retype-column.ts';
import { defineObjects, stageDependants } from './define-objects.ts';
import { namesObject } from './names-object.ts';
import { noColumns, undefinedTable } from './errors.ts';
import { mirrorRelations } from './mirror-relations.ts';
import { alreadyExists, doesNotExist } from './notices.ts';
import { inClientText } from './prepare-statement.ts';
import { stageIfExists } from './stage-named.ts';
import { withChecks } from './with-checks.ts';
import { finished } from './statement-run.ts';

/** ALTER TABLE: Postgres judges it on the mirror, then each command changes the Iceberg schema or properties. */
export async function alterTable(run: StatementRun, node: AlterTableStmt): Promise<Execution> {
  if (node.objtype !== 'OBJECT_TABLE' || node.relation === undefined)
    throw notSupported(`ALTER ${(node.objtype ?? '').replace('OBJECT_', '')}`, 'Tables can be altered.');
  const staged = await stageIfExists(run, node.relation);
  if (staged === undefined && namesObject(run, node.relation)) return await defineObjects(run);
  if (staged === undefined) {
    if (node.missing_ok !== true) throw undefinedTable(node.relation.relname ?? '');
    return finished('ALTER TABLE', [doesNotExist('relation', node.relation.relname ?? '')]);
  }
  const commands = (node.cmds ?? []).flatMap((command) => ('AlterTableCmd' in command ? [command.AlterTableCmd] : []));
  for (const command of commands) refuseUnsupported(command, staged);
  const mirrored = await mirrorRelations(run.parts, run.prepared.statement, run.tables, run.context);
  const after = await run.parts.postgres
    .describeAlteration(
      { role: run.context.role, settings: run.context.settings },
      mirrored.statement.text,
      staged.name,
    )
    .catch((error: unknown) => {
      throw inClientText(error, mirrored.statement.toClientPosition);
    });
  if (after.columns.length === 0) throw noColumns();
  const notices: NoticeFields[] = [...(await stageDependants(run))];
  for (const command of commands) {
    const change = changeOf(command, staged, after, notices);
    if (change !== undefined) await changeMirrored(run, staged, change);
  }
  return finished('ALTER TABLE', notices);
}

function refuseUnsupported(command: AlterTableCmd, staged: StagedTable): void {
  switch (command.subtype) {
    case 'AT_DropColumn':
    case 'AT_DropNotNull':
    case 'AT_ColumnDefault':
      return;
    case 'AT_AlterColumnType': {
      const definition = columnDef(command);
      if (definition?.raw_default !== undefined)
        throw notSupported('ALTER COLUMN TYPE ... USING', 'Only promotions that keep every value are possible.');
      return;
    }
    case 'AT_AddColumn':
      refuseFilledColumn(columnDef(command), staged);
      return;
    default:
      throw notSupported(
        `ALTER TABLE ... ${words(command.subtype ?? '')}`,
        'Columns can be added, dropped, renamed, promoted, and lose NOT NULL; tables can be renamed.',
      );
  }
}

/** A new column of old rows is null: before format version 3 nothing else can be written down. */
function refuseFilledColumn(definition: ColumnDef | undefined, staged: StagedTable): void {
  const { metadata } = staged.loaded;
  const isEmpty = metadata.currentSnapshotId === null && staged.pending.addedData.length === 0;
  for (const node of definition?.constraints ?? []) {
    if (!('Constraint' in node)) continue;
    const { contype } = node.Constraint;
    if (contype === 'CONSTR_NULL' || (contype === 'CONSTR_DEFAULT' && isEmpty)) continue;
    throw notSupported(
      `ADD COLUMN with ${words(contype ?? '')}`,
      'Add the column without it; existing rows read as null and can be updated.',
    );
  }
}

function changeOf(
  command: AlterTableCmd,
  staged: StagedTable,
  after: TableDefinition,
  notices: NoticeFields[],
): MetadataChange | undefined {
  const columns = currentSchema(staged.loaded.metadata).fields;
  const name = command.subtype === 'AT_AddColumn' ? (columnDef(command)?.colname ?? '') : (command.name ?? '');
  const exists = columns.some((column) => column.name === name);
  switch (command.subtype) {
    case 'AT_AddColumn':
      if (exists && command.missing_ok === true) {
        notices.push(alreadyExists('column', name, '42701'));
        return undefined;
      }
      return addition(definitionOf(after, name));
    case 'AT_DropColumn':
      if (!exists && command.missing_ok === true) {
        notices.push(doesNotExist('column', name));
        return undefined;
      }
      return (metadata) => withChecks(dropColumn(metadata, name), after.checks);
    case 'AT_DropNotNull':
      return (metadata) => makeColumnOptional(metadata, name);
    case 'AT_ColumnDefault':
      return defaulting(name, definitionOf(after, name).defaultSql);
    default:
      return (metadata) => retypeColumn(metadata, definitionOf(after, name));
  }
}

function addition(definition: ColumnDefinition): MetadataChange {
  return (metadata) => {
    const type = icebergTypeOf(definition, () => 0);
    const added = addColumn(metadata, { name: definition.name, type });
    const properties: Record<string, string> = { ...added.properties };
    const own = currentSchema(added).fields.at(-1)?.id;
    if (definition.declaredType !== undefined) properties[`bergwire.type.${own}`] = definition.declaredType;
    if (definition.defaultSql !== undefined) properties[`bergwire.default.${own}`] = definition.defaultSql;
    return { ...added, properties };
  };
}

function defaulting(name: string, sql: string | undefined): MetadataChange {
  return (metadata: TableMetadata) => {
    const id = currentSchema(metadata).fields.find((field) => field.name === name)?.id;
    const key = `bergwire.default.${id}`;
    const { [key]: _, ...others } = metadata.properties;
    return { ...metadata, properties: sql === undefined ? others : { ...others, [key]: sql } };
  };
}

function definitionOf(after: TableDefinition, name: string): ColumnDefinition {
  const definition = after.columns.find((column) => column.name === name);
  if (definition === undefined) throw new SqlError({ sqlstate: '42703', message: `column "${name}" does not exist` });
  return definition;
}

function columnDef(command: AlterTableCmd): ColumnDef | undefined {
  return command.def !== undefined && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined;
}

/** `AT_SetNotNull` reads as SET NOT NULL. */
function words(name: string): string {
  return name
    .replace(/^(AT|CONSTR)_/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
}
