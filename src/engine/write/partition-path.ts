import { createHash } from 'node:crypto';
import { civilFromDays } from '../../base/civil-date.ts';
import type { IcebergValue, PartitionSpec, Type } from '../../iceberg/iceberg.ts';

/**
 * Folders for a partition's files, `name=value` as other engines write them where the value is plain; a digest where
 * it holds anything that some reader might decode. Only people read these names.
 */
export function partitionPath(
  spec: PartitionSpec,
  partition: readonly IcebergValue[],
  types: readonly Type[],
): readonly string[] {
  return spec.fields.flatMap((field, index) => {
    if (field.transform.kind === 'void') return [];
    const text = valueText(field.transform.kind, partition[index] ?? null, types[index] ?? 'string');
    return [`${plain(field.name)}=${plain(text)}`];
  });
}

function valueText(transform: string, value: IcebergValue, type: Type): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  switch (transform) {
    case 'year':
      return String(Number(value) + 1970);
    case 'month': {
      const months = Number(value);
      return `${Math.floor(months / 12) + 1970}-${String((((months % 12) + 12) % 12) + 1).padStart(2, '0')}`;
    }
    case 'hour': {
      const hours = Number(value);
      return `${dateText(Math.floor(hours / 24))}-${String(((hours % 24) + 24) % 24).padStart(2, '0')}`;
    }
    default:
      return type === 'date' ? dateText(Number(value)) : String(value);
  }
}

function dateText(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

const MAX_PLAIN_LENGTH = 60;

function plain(text: string): string {
  if (/^[A-Za-z0-9_.-]+$/.test(text) && text.length <= MAX_PLAIN_LENGTH) return text;
  return `h-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
