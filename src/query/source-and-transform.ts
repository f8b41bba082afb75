import { SqlError } from '../base/sql-error.ts';
import type { NestedField, Transform, Type } from '../iceberg/iceberg.ts';
import type { TransformClause } from '../sql/sql.ts';

/** What a transform as written means for these columns. Raises 42703, 42704, 42P17 and 22023 at the client's place. */
export function sourceAndTransform(
  clause: TransformClause,
  columns: readonly NestedField[],
): { readonly sourceId: number; readonly transform: Transform } {
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
  return { sourceId: source.id, transform };
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
