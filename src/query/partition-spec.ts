import { SqlError } from '../base/sql-error.ts';
import type { NestedField, PartitionField, PartitionSpec, Transform, Type } from '../iceberg/iceberg.ts';
import type { TransformClause } from '../sql/sql.ts';

/** Partition field ids start here (spec: Partition Evolution). */
const FIRST_PARTITION_ID = 1000;

/**
 * The spec of PARTITION BY clauses over a new table's columns; fields are named as Spark names them (`ts_day`,
 * `id_bucket`, `name_trunc`, the column's own name for identity). Positions in errors are the client's.
 */
export function partitionSpec(clauses: readonly TransformClause[], columns: readonly NestedField[]): PartitionSpec {
  const fields: PartitionField[] = [];
  for (const clause of clauses) {
    const source = columns.find((column) => column.name === clause.column);
    if (source === undefined)
      throw new SqlError({
        sqlstate: '42703',
        message: `column "${clause.column}" named in partition key does not exist`,
        position: clause.position,
      });
    const transform = parseTransform(clause);
    if (!accepts(transform, source.type))
      throw new SqlError({
        sqlstate: '42P17',
        message: `partition transform ${clause.transform} cannot be applied to column "${clause.column}"`,
        hint: acceptedTypes(transform),
        position: clause.position,
      });
    const name = partitionFieldName(clause, transform);
    if (fields.some((field) => field.name === name))
      throw new SqlError({
        sqlstate: '42701',
        message: `partition field "${name}" specified more than once`,
        position: clause.position,
      });
    fields.push({ fieldId: FIRST_PARTITION_ID + fields.length, sourceId: source.id, name, transform });
  }
  return { specId: 0, fields };
}

function parseTransform(clause: TransformClause): Transform {
  const name = clause.transform.toLowerCase().replace(/^(year|month|day|hour)s$/, '$1');
  switch (name) {
    case 'identity':
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
      return { kind: name };
    case 'bucket':
      return { kind: 'bucket', buckets: positive(clause, 'number of buckets') };
    case 'truncate':
      return { kind: 'truncate', width: positive(clause, 'width') };
    default:
      throw new SqlError({
        sqlstate: '42704',
        message: `partition transform "${clause.transform}" does not exist`,
        hint: 'Use a column, year(c), month(c), day(c), hour(c), bucket(n, c) or truncate(width, c).',
        position: clause.position,
      });
  }
}

function positive(clause: TransformClause, what: string): number {
  const { argument } = clause;
  if (argument !== undefined && Number.isInteger(argument) && argument > 0 && argument <= 2147483647) return argument;
  throw new SqlError({
    sqlstate: '22023',
    message: `the ${what} of partition transform ${clause.transform} must be a positive integer`,
    position: clause.position,
  });
}

/** Spec: Partition Transforms, source types. */
function accepts(transform: Transform, type: Type): boolean {
  if (typeof type === 'object' && (type.kind === 'struct' || type.kind === 'list' || type.kind === 'map')) return false;
  const name = typeof type === 'string' ? type : type.kind;
  switch (transform.kind) {
    case 'year':
    case 'month':
    case 'day':
      return name === 'date' || name === 'timestamp' || name === 'timestamptz';
    case 'hour':
      return name === 'timestamp' || name === 'timestamptz';
    case 'bucket':
      return name !== 'boolean' && name !== 'float' && name !== 'double';
    case 'truncate':
      return ['int', 'long', 'decimal', 'string', 'binary'].includes(name);
    default:
      return true;
  }
}

function acceptedTypes(transform: Transform): string {
  switch (transform.kind) {
    case 'hour':
      return 'It takes timestamp columns.';
    case 'year':
    case 'month':
    case 'day':
      return 'It takes date and timestamp columns.';
    case 'truncate':
      return 'It takes integer, bigint, numeric, text and bytea columns.';
    default:
      return 'It takes columns of scalar types, no floating point or boolean ones.';
  }
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
