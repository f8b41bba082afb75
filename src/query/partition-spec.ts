import { SqlError } from '../base/sql-error.ts';
import type { NestedField, PartitionField, PartitionSpec, Transform } from '../iceberg/iceberg.ts';
import type { TransformClause } from '../sql/sql.ts';
import { sourceAndTransform } from './source-and-transform.ts';

/** Partition field ids start here (spec: Partition Evolution). */
const FIRST_PARTITION_ID = 1000;

/**
 * The spec of PARTITION BY clauses over a new table's columns; fields are named as Spark names them (`ts_day`,
 * `id_bucket`, `name_trunc`, the column's own name for identity). Positions in errors are the client's.
 */
export function partitionSpec(clauses: readonly TransformClause[], columns: readonly NestedField[]): PartitionSpec {
  const fields: PartitionField[] = [];
  for (const clause of clauses) {
    const { sourceId, transform } = sourceAndTransform(clause, columns);
    const name = clause.name ?? partitionFieldName(clause, transform);
    if (fields.some((field) => field.name === name))
      throw new SqlError({
        sqlstate: '42701',
        message: `partition field "${name}" specified more than once`,
        position: clause.position,
      });
    fields.push({ fieldId: FIRST_PARTITION_ID + fields.length, sourceId, name, transform });
  }
  return { specId: 0, fields };
}

function partitionFieldName(clause: TransformClause, transform: Transform): string {
  switch (transform.kind) {
    case 'identity':
      return clause.column;
    case 'truncate':
      return `${clause.column}_trunc`;
    default:
      return `${clause.column}_${transform.kind}`;
  }
}
