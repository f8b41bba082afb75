import fc from 'fast-check';
import type {
  DataFile,
  FieldSummary,
  IcebergValue,
  ManifestEntry,
  ManifestFile,
  PartitionSpec,
  Schema,
  Transform,
  Type,
} from '../../src/iceberg/iceberg.ts';
import { encodeSingleValue } from '../../src/iceberg/single-value.ts';
import { applyTransform, transformAccepts, transformResultType } from '../../src/iceberg/transform.ts';
import { compareAsPostgres } from './three-valued.ts';

/** One value by field id; field 100 is the leaf of a struct. */
export type Row = ReadonlyMap<number, IcebergValue>;

export type RandomTable = {
  readonly schema: Schema;
  readonly specs: readonly PartitionSpec[];
  readonly manifests: readonly { readonly manifest: ManifestFile; readonly entries: readonly ManifestEntry[] }[];
  readonly rowsOf: ReadonlyMap<string, readonly Row[]>;
};

const types: readonly Type[] = [
  ...(['int', 'long', 'float', 'double', 'string', 'date', 'timestamp', 'boolean', 'uuid', 'binary'] as const),
  { kind: 'decimal', precision: 9, scale: 2 },
  'double',
];

/** Field ids 1 to 12, one for each type; the last is inside an optional struct. */
export const schema: Schema = {
  schemaId: 0,
  identifierFieldIds: [],
  fields: [
    ...types.slice(0, -1).map((type, index) => ({ id: index + 1, name: `c${index + 1}`, required: false, type })),
    {
      id: 200,
      name: 'st',
      required: false,
      type: { kind: 'struct', fields: [{ id: types.length, name: 'x', required: false, type: types.at(-1)! }] },
    },
  ],
};

export const fieldTypes: ReadonlyMap<number, Type> = new Map(types.map((type, index) => [index + 1, type]));

/** Few values, so that rows and literals meet; with the edges of each type. */
export function valueOf(type: Type): fc.Arbitrary<NonNullable<IcebergValue>> {
  if (typeof type === 'object') return fc.bigInt({ min: -30n, max: 30n });
  switch (type) {
    case 'int':
      return fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(-2147483648, 2147483647, 2147483640));
    case 'long':
      return fc.oneof(fc.bigInt({ min: -20n, max: 20n }), fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n));
    case 'float':
    case 'double':
      return fc.constantFrom(Number.NaN, -0, 0, 1.5, -1.5, 100, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    case 'string':
      return fc.oneof(
        fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}', '\u{ffff}', ' '), maxLength: 4 }),
        fc.constantFrom('\u{10ffff}\u{10ffff}\u{10ffff}', 'aaaa\u{10ffff}'),
      );
    case 'date':
      return fc.integer({ min: -800, max: 800 });
    case 'timestamp':
      return fc.bigInt({ min: -400n, max: 400n }).map((hours) => hours * 1_800_000_000n + 1n);
    case 'boolean':
      return fc.boolean();
    case 'uuid':
      return fc.constantFrom(0, 1, 0x7f, 0x80, 0xff).map((byte) => new Uint8Array(16).fill(byte));
    default:
      return fc.array(fc.constantFrom(0, 1, 254, 255), { maxLength: 4 }).map((bytes) => Uint8Array.from(bytes));
  }
}

const transforms: readonly Transform[] = [
  ...(['identity', 'year', 'month', 'day', 'hour', 'void'] as const).map((kind): Transform => ({ kind })),
  { kind: 'bucket', buckets: 4 },
  { kind: 'truncate', width: 2 },
  { kind: 'truncate', width: 7 },
  { kind: 'unknown', text: 'zorder' },
];

const anySpec = (focus: readonly number[]): fc.Arbitrary<PartitionSpec['fields']> =>
  fc.array(
    fc
      .record({ sourceId: fc.constantFrom(...focus), transform: fc.constantFrom(...transforms) })
      .filter(
        ({ sourceId, transform }) =>
          transform.kind === 'unknown' || transformAccepts(transform, fieldTypes.get(sourceId)!),
      )
      .map(({ sourceId, transform }) => ({ sourceId, transform, fieldId: 1000, name: 'p' })),
    { maxLength: 3 },
  );

const anyRow: fc.Arbitrary<Row> = fc
  .tuple(...types.map((type) => fc.option(valueOf(type), { freq: 5 })))
  .map((values) => new Map(values.map((value, index) => [index + 1, value])));

/** What a writer does or leaves out. */
const anyHabits = fc.record({
  counts: fc.boolean(),
  nanCounts: fc.boolean(),
  bounds: fc.boolean(),
  truncated: fc.boolean(),
  towardsZero: fc.boolean(),
  summaries: fc.boolean(),
  summaryNans: fc.boolean(),
});
type Habits = typeof anyHabits extends fc.Arbitrary<infer T> ? T : never;

/** Partitioned by columns of `focus`. */
export const anyTable = (focus: readonly number[]): fc.Arbitrary<RandomTable> =>
  fc
    .tuple(
      fc.array(anySpec(focus), { minLength: 1, maxLength: 2 }),
      fc.array(fc.tuple(fc.array(anyRow, { minLength: 1, maxLength: 6 }), anyHabits), { maxLength: 4 }),
    )
    .map(([specFields, commits]) => {
      const specs = specFields.map((fields, specId) => ({ specId, fields }));
      const rowsOf = new Map<string, readonly Row[]>();
      const manifests = commits.map(([rows, habits], commit) => {
        const spec = specs[commit % specs.length]!;
        const groups = Map.groupBy(rows, (row) => JSON.stringify(partitionOf(spec, row, habits), jsonValue));
        const files = [...groups.values()].map((group, index): DataFile => {
          const path = `s3://t/${commit}-${index}.parquet`;
          rowsOf.set(path, group);
          return {
            ...metricsOf(group, habits),
            ...fileOf(path, spec, partitionOf(spec, group[0]!, habits), group.length),
          };
        });
        return { manifest: manifestOf(commit, spec, files, habits), entries: files.map(entryOf) };
      });
      return { schema, specs, manifests, rowsOf };
    });

function partitionOf(spec: PartitionSpec, row: Row, { towardsZero }: Habits): readonly IcebergValue[] {
  return spec.fields.map(({ sourceId, transform }) => {
    const [type, value] = [fieldTypes.get(sourceId)!, row.get(sourceId)!];
    if (transform.kind === 'unknown') return value === null ? null : 'somewhere';
    const partition = applyTransform(transform, type, value);
    const early =
      ['year', 'month', 'day', 'hour'].includes(transform.kind) && !(transform.kind === 'day' && type === 'date');
    return towardsZero && early && typeof partition === 'number' && partition < 0 ? partition + 1 : partition;
  });
}

function fileOf(path: string, spec: PartitionSpec, partition: readonly IcebergValue[], recordCount: number) {
  return {
    content: 'data',
    path,
    format: 'parquet',
    specId: spec.specId,
    partition,
    recordCount,
    sizeBytes: 1,
  } as const;
}

function metricsOf(rows: readonly Row[], habits: Habits): Partial<DataFile> {
  const columns = [...fieldTypes].map(([id, type]) => ({ id, type, values: rows.map((row) => row.get(id)!) }));
  const counts = (of: (values: readonly IcebergValue[]) => number) =>
    new Map(columns.map(({ id, values }) => [id, BigInt(of(values))]));
  const bounds = (side: 'lower' | 'upper') =>
    new Map(
      columns.flatMap(({ id, type, values }) => {
        const bound = boundOf(type, values, side, habits.truncated);
        return bound === undefined ? [] : [[id, bound] as const];
      }),
    );
  return {
    ...(habits.counts && {
      valueCounts: counts((values) => values.length),
      nullCounts: counts((values) => values.filter((value) => value === null).length),
    }),
    ...(habits.nanCounts && { nanCounts: counts((values) => values.filter((value) => Number.isNaN(value)).length) }),
    ...(habits.bounds && { lowerBounds: bounds('lower'), upperBounds: bounds('upper') }),
  };
}

/** Of text and bytes the first two, the last of them incremented for an upper bound. */
function boundOf(
  type: Type,
  values: readonly IcebergValue[],
  side: 'lower' | 'upper',
  truncated: boolean,
  compare = compareAsPostgres,
) {
  const sorted = values
    .filter((value): value is NonNullable<IcebergValue> => value !== null && !Number.isNaN(value))
    .toSorted(compare);
  const value = side === 'lower' ? sorted[0] : sorted.at(-1);
  if (value === undefined) return undefined;
  if (!truncated || (typeof value !== 'string' && type !== 'binary')) return encodeSingleValue(type, value);
  const parts =
    typeof value === 'string' ? Array.from(value, (part) => part.codePointAt(0)!) : [...(value as Uint8Array)];
  const prefix = parts.slice(0, 2);
  const whole = typeof value === 'string' ? 0x10ffff : 0xff;
  if (side === 'upper' && parts.length > 2) {
    while (prefix.at(-1) === whole) prefix.pop();
    if (prefix.length === 0) return undefined;
    prefix[prefix.length - 1]! += 1;
  }
  return typeof value === 'string' ? Buffer.from(String.fromCodePoint(...prefix)) : Uint8Array.from(prefix);
}

function manifestOf(commit: number, spec: PartitionSpec, files: readonly DataFile[], habits: Habits): ManifestFile {
  return {
    path: `s3://t/m${commit}.avro`,
    lengthBytes: 1,
    specId: spec.specId,
    content: 'data',
    sequenceNumber: BigInt(commit + 1),
    minSequenceNumber: BigInt(commit + 1),
    addedSnapshotId: 1n,
    addedFilesCount: files.length,
    existingFilesCount: 0,
    deletedFilesCount: 0,
    addedRowsCount: 0n,
    existingRowsCount: 0n,
    deletedRowsCount: 0n,
    ...(habits.summaries && { partitions: spec.fields.map((_, position) => summaryOf(spec, position, files, habits)) }),
  };
}

function summaryOf(spec: PartitionSpec, position: number, files: readonly DataFile[], habits: Habits): FieldSummary {
  const { sourceId, transform } = spec.fields[position]!;
  const type = transformResultType(transform, fieldTypes.get(sourceId)!);
  const values = files.map(({ partition }) => partition[position]!);
  const compare = type === 'uuid' ? compareSigned : compareAsPostgres;
  const lowerBound = boundOf(type, values, 'lower', false, compare);
  const upperBound = boundOf(type, values, 'upper', false, compare);
  return {
    containsNull: values.some((value) => value === null),
    ...(habits.summaryNans && { containsNan: values.some((value) => Number.isNaN(value)) }),
    ...(lowerBound && { lowerBound }),
    ...(upperBound && { upperBound }),
  };
}

/** Iceberg's Java library orders uuids so; all bytes of ours are the same. */
function compareSigned(left: NonNullable<IcebergValue>, right: NonNullable<IcebergValue>): number {
  return ((left as Uint8Array)[0]! << 24) - ((right as Uint8Array)[0]! << 24);
}

function entryOf(file: DataFile): ManifestEntry {
  return { status: 'added', snapshotId: 1n, dataSequenceNumber: 1n, fileSequenceNumber: 1n, file };
}

function jsonValue(_: string, value: unknown): unknown {
  if (Object.is(value, -0)) return '#-0';
  return typeof value === 'bigint' || typeof value === 'number' ? `#${value}` : value;
}
