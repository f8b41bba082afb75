import type { CommentStmt } from '@pgsql/types';
import { notSupported, SqlError } from '../base/sql-error.ts';
import { setColumnDoc } from '../iceberg/set-column-doc.ts';
import type { TableMetadata } from '../iceberg/iceberg.ts';
import type { Execution } from './query.ts';
import type { StatementRun } from './statement-run.ts';
import { changeMirrored } from './change-mirrored.ts';
import { nameParts } from './drop-objects.ts';
import { defineObjects } from './define-objects.ts';
import { namesObject } from './names-object.ts';
import { stageIfExists, stageNamed } from './stage-named.ts';
import { finished } from './statement-run.ts';

/** COMMENT ON TABLE (the table property `comment`) and COMMENT ON COLUMN (the field's doc). */
export async function commentOn(run: StatementRun, node: CommentStmt): Promise<Execution> {
  const names = node.object === undefined ? [] : nameParts(node.object);
  const comment = node.comment === undefined || node.comment === '' ? undefined : node.comment;
  if (node.objtype === 'OBJECT_TABLE') {
    const staged = await stageNamed(run, relationOf(names));
    await changeMirrored(run, staged, (metadata) => withComment(metadata, comment));
    return finished('COMMENT');
  }
  if (node.objtype === 'OBJECT_COLUMN') {
    const column = names.at(-1) ?? '';
    const relation = relationOf(names.slice(0, -1));
    if ((await stageIfExists(run, relation)) === undefined && namesObject(run, relation))
      return await defineObjects(run);
    const staged = await stageNamed(run, relation);
    const { metadata } = staged.loaded;
    const schema = metadata.schemas.find(({ schemaId }) => schemaId === metadata.currentSchemaId);
    if (!schema?.fields.some(({ name }) => name === column))
      throw new SqlError({
        sqlstate: '42703',
        message: `column "${column}" of relation "${staged.name.name}" does not exist`,
      });
    await changeMirrored(run, staged, (base) => setColumnDoc(base, column, comment));
    return finished('COMMENT');
  }
  throw notSupported(`COMMENT ON ${(node.objtype ?? '').replace('OBJECT_', '')}`, 'Tables and columns carry comments.');
}

function relationOf(names: readonly string[]): { readonly schemaname?: string; readonly relname: string } {
  const schemaname = names.at(-2);
  return { relname: names.at(-1) ?? '', ...(schemaname !== undefined && { schemaname }) };
}

function withComment(metadata: TableMetadata, comment: string | undefined): TableMetadata {
  const { comment: _, ...others } = metadata.properties;
  return { ...metadata, properties: comment === undefined ? others : { ...others, comment } };
}
