import { SqlError } from '../../base/sql-error.ts';
import { currentSchema } from '../../iceberg/change-field.ts';
import type { PartitionField, TableMetadata, Transform } from '../../iceberg/iceberg.ts';
import { setPartitioning } from '../../iceberg/set-partitioning.ts';
import type { WantedPartitionField } from '../../iceberg/set-partitioning.ts';
import { transformText } from '../../iceberg/transform-text.ts';
import type { TransformClause } from '../../sql/sql.ts';
import { sourceAndTransform } from '../source-and-transform.ts';

/**
 * Partition evolution: rows are written by the new spec from here on, those that are there stay where they are.
 * `dropped` goes, and `added` takes its place or the end. Raises 42704, 42701 and what a transform may raise. Pure.
 */
export function changePartitioning(
  metadata: TableMetadata,
  dropped: TransformClause | undefined,
  added: TransformClause | undefined,
): TableMetadata {
  const spec = metadata.partitionSpecs.find(({ specId }) => specId === metadata.defaultSpecId)!;
  const live = spec.fields.filter(({ transform }) => transform.kind !== 'void');
  const old = dropped === undefined ? undefined : fieldOf(metadata, live, dropped);
  const kept = live.filter((field) => field !== old);
  const fresh = added === undefined ? undefined : newField(metadata, kept, added);
  const wanted = live.flatMap((field): readonly WantedPartitionField[] => {
    if (field !== old) return [field];
    return fresh === undefined ? [] : [fresh];
  });
  if (fresh !== undefined && old === undefined) wanted.push(fresh);
  return setPartitioning(
    metadata,
    wanted.map(({ sourceId, name, transform }) => ({ sourceId, name, transform })),
  );
}

/** A bare name is a field's own, or that of a column that partitions by identity. */
function fieldOf(metadata: TableMetadata, live: readonly PartitionField[], clause: TransformClause): PartitionField {
  const named = clause.transform === 'identity' ? live.find(({ name }) => name === clause.column) : undefined;
  if (named !== undefined) return named;
  const exists = currentSchema(metadata).fields.some(({ name }) => name === clause.column);
  const same = exists ? sameField(live, sourceAndTransform(clause, currentSchema(metadata).fields)) : undefined;
  if (same !== undefined) return same;
  const text = clause.transform === 'identity' ? clause.column : `${clause.transform}(${clause.column})`;
  throw new SqlError({
    sqlstate: '42704',
    message: `partition field "${text}" does not exist`,
    position: clause.position,
  });
}

function newField(
  metadata: TableMetadata,
  kept: readonly PartitionField[],
  clause: TransformClause,
): WantedPartitionField {
  const columns = currentSchema(metadata).fields;
  const field = sourceAndTransform(clause, columns);
  const name = clause.name ?? evolvedName(clause, field.transform);
  const ofColumn = columns.find((column) => column.name === name);
  const isOwn = ofColumn === undefined || (field.transform.kind === 'identity' && ofColumn.id === field.sourceId);
  if (!isOwn || sameField(kept, field) !== undefined || kept.some((other) => other.name === name))
    throw new SqlError({
      sqlstate: '42701',
      message: isOwn ? `partition field "${name}" already exists` : `partition field "${name}" is named as a column`,
      position: clause.position,
    });
  return { ...field, name };
}

function sameField(
  fields: readonly PartitionField[],
  wanted: Pick<WantedPartitionField, 'sourceId' | 'transform'>,
): PartitionField | undefined {
  const text = transformText(wanted.transform);
  return fields.find(({ sourceId, transform }) => sourceId === wanted.sourceId && transformText(transform) === text);
}

/** As Iceberg's Java library names fields that are added later. */
function evolvedName({ column }: TransformClause, transform: Transform): string {
  switch (transform.kind) {
    case 'identity':
      return column;
    case 'bucket':
      return `${column}_bucket_${transform.buckets}`;
    case 'truncate':
      return `${column}_trunc_${transform.width}`;
    default:
      return `${column}_${transform.kind}`;
  }
}
