import type { DataFile, NestedField, Schema, Type } from '../iceberg/iceberg.ts';
import { childFields } from '../iceberg/partition-type.ts';
import {
  columnNotSupported,
  deletionVectorNotSupported,
  encryptionNotSupported,
  fileFormatNotSupported,
} from './errors.ts';
import type { ScanPlan } from './plan.ts';

/**
 * Raises 0A000 for the first thing in a plan that is not read: a column's type or default, a file's format, a deletion
 * vector, encryption. `fieldIds` are the top-level columns that are read, all where undefined.
 */
export function refuseUnreadable(
  table: string,
  schema: Schema,
  { files, positionDeletes, equalityDeletes }: Pick<ScanPlan, 'files' | 'positionDeletes' | 'equalityDeletes'>,
  fieldIds?: ReadonlySet<number>,
): void {
  for (const field of schema.fields) {
    if (fieldIds === undefined || fieldIds.has(field.id)) refuseColumn(table, field.name, field);
  }
  for (const { file } of files) refuseFile(table, file);
  for (const file of positionDeletes) refuseFile(table, file);
  for (const { file } of equalityDeletes) refuseFile(table, file);
}

function refuseColumn(table: string, path: string, field: NestedField): void {
  const kind = unreadableType(field.type);
  if (kind !== undefined) throw columnNotSupported(`type ${kind}`, path, table);
  if ((field.initialDefault ?? null) !== null) throw columnNotSupported('initial default', path, table);
  for (const child of childFields(field.type)) refuseColumn(table, `${path}.${child.name}`, child);
}

function unreadableType(type: Type): string | undefined {
  const kind = typeof type === 'string' ? type : type.kind;
  const unreadable = ['timestamp_ns', 'timestamptz_ns', 'unknown', 'variant', 'geometry', 'geography'];
  return unreadable.includes(kind) ? kind : undefined;
}

function refuseFile(table: string, file: DataFile): void {
  if (file.format === 'puffin') throw deletionVectorNotSupported(file, table);
  if (file.format !== 'parquet') throw fileFormatNotSupported(file, table);
  if (file.keyMetadata !== undefined) throw encryptionNotSupported(file.path, table);
}
