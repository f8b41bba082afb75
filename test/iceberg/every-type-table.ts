import type { NewTable } from '../../src/iceberg/new-table.ts';
import type { DataFile, IcebergValue, PartitionField, PrimitiveType } from '../../src/iceberg/iceberg.ts';

const TYPES: readonly PrimitiveType[] = [
  'int',
  'boolean',
  'long',
  'float',
  'double',
  { kind: 'decimal', precision: 9, scale: 2 },
  { kind: 'decimal', precision: 38, scale: 0 },
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'string',
  'uuid',
  { kind: 'fixed', length: 3 },
  'binary',
];

/** A table with a column of every type that partitions can come from, partitioned by all of them. */
export const everyTypeTable: Omit<NewTable, 'location' | 'formatVersion' | 'properties'> = {
  schema: {
    schemaId: 0,
    fields: TYPES.map((type, index) => ({ id: index + 1, name: `c${index + 1}`, required: false, type })),
    identifierFieldIds: [],
  },
  spec: {
    specId: 0,
    fields: TYPES.map((_, index): PartitionField => ({
      fieldId: 1000 + index,
      sourceId: index + 1,
      name: index === 0 ? '1 ä' : `p${index + 1}`,
      transform: { kind: 'identity' },
    })),
  },
  sortOrder: { orderId: 0, fields: [] },
};

/** A data file of the partition where every value follows from `key`; all null for null. It need not exist. */
export function dataFile(path: string, key: number | null): DataFile {
  return {
    content: 'data',
    path: `file:///t/${path}`,
    format: 'parquet',
    specId: 0,
    partition: TYPES.map((type) => (key === null ? null : valueOf(type, key))),
    recordCount: 10,
    sizeBytes: 1000,
    columnSizes: new Map([[1, 100n]]),
    valueCounts: new Map([[1, 10n]]),
    nullCounts: new Map([[1, 0n]]),
    nanCounts: new Map([[4, 9_007_199_254_740_993n]]),
    lowerBounds: new Map([[1, Uint8Array.of(1, 0, 0, 0)]]),
    upperBounds: new Map([[1, Uint8Array.of(9, 0, 0, 0)]]),
    splitOffsets: [4n],
    sortOrderId: 0,
  };
}

function valueOf(type: PrimitiveType, key: number): IcebergValue {
  switch (type) {
    case 'int':
    case 'date':
      return key - 5;
    case 'boolean':
      return key % 2 === 0;
    case 'float':
    case 'double':
      return key / 4;
    case 'string':
      return `ä${key}`;
    case 'uuid':
      return Uint8Array.from({ length: 16 }, (_, index) => 250 + key + index);
    case 'binary':
      return Uint8Array.of(key);
    default:
      if (typeof type === 'object' && type.kind === 'fixed') return Uint8Array.of(1, 2, key);
      if (typeof type === 'object') return BigInt(key) * -12_345n;
      return 9_007_199_254_740_993n + BigInt(key);
  }
}
