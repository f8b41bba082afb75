import type { DataFile, ManifestEntry, NestedField, PartitionSpec } from '../iceberg/iceberg.ts';
import { contradictoryMetadata } from './errors.ts';
import { mayDeleteFrom } from './may-delete-from.ts';
import { partitionKey } from './partition-key.ts';
import type { EqualityDelete, PlannedFile, ScanPlan } from './plan.ts';
import { compareValues } from './compare-values.ts';

/** Reserved field id of `file_path` in position delete files. */
const filePathId = 2147483546;

export type DeletesInput = {
  readonly table: string;
  readonly data: readonly ManifestEntry[];
  readonly deletes: readonly ManifestEntry[];
  readonly specs: ReadonlyMap<number, PartitionSpec>;
  /** Any field that any schema of the table has had. */
  readonly fieldOf: (id: number) => NestedField | undefined;
};

export type AssignedDeletes = Pick<ScanPlan, 'files' | 'positionDeletes' | 'equalityDeletes'>;

/**
 * Gives each data file the deletes that apply to it (spec: Scan Planning). Position deletes: of the same or a later
 * sequence number, and either made for this very file or of the same spec and partition. Equality deletes: strictly
 * later, and of the same spec and partition or under a spec without partitions. Deletes whose bounds exclude the file
 * are left out, deletes of no file forgotten.
 */
export function assignedDeletes({ table, data, deletes, specs, fieldOf }: DeletesInput): AssignedDeletes {
  const positions = positionIndex(deletes.filter(({ file }) => file.content === 'position-deletes'));
  const equalities = equalityIndex(
    deletes.filter(({ file }) => file.content === 'equality-deletes'),
    specs,
    (file) => keyFields(table, file, fieldOf),
  );
  const usedPositions = numbering<DataFile>();
  const usedEqualities = numbering<EqualityDelete>();
  const files = data.map(({ file, dataSequenceNumber }): PlannedFile => {
    const spec = specs.get(file.specId);
    if (spec === undefined) throw contradictoryMetadata(table, `there is no partition spec ${file.specId}`);
    return {
      file,
      spec,
      dataSequenceNumber,
      positionDeletes: positions(file, dataSequenceNumber).map((found) => usedPositions.numberOf(found)),
      equalityDeletes: equalities(file, dataSequenceNumber).map((found) => usedEqualities.numberOf(found)),
    };
  });
  return { files, positionDeletes: usedPositions.items, equalityDeletes: usedEqualities.items };
}

type Lookup<T> = (file: DataFile, dataSequenceNumber: bigint) => readonly T[];

type PositionDelete = {
  readonly file: DataFile;
  readonly sequenceNumber: bigint;
  readonly lowerPath: Uint8Array | undefined;
  readonly upperPath: Uint8Array | undefined;
};

function positionIndex(entries: readonly ManifestEntry[]): Lookup<DataFile> {
  if (entries.length === 0) return () => [];
  const byPath = new Map<string, PositionDelete[]>();
  const byPartition = new Map<string, PositionDelete[]>();
  for (const { file, dataSequenceNumber } of entries) {
    const [lowerPath, upperPath] = [file.lowerBounds?.get(filePathId), file.upperBounds?.get(filePathId)];
    const path = file.referencedDataFile ?? onlyPath(lowerPath, upperPath);
    const found: PositionDelete = { file, sequenceNumber: dataSequenceNumber, lowerPath, upperPath };
    if (path === undefined) append(byPartition, partitionKey(file.specId, file.partition), found);
    else append(byPath, path, found);
  }
  return (file, dataSequenceNumber) => {
    const own = byPath.get(file.path) ?? [];
    const shared = byPartition.size === 0 ? [] : (byPartition.get(partitionKey(file.specId, file.partition)) ?? []);
    const path = shared.length === 0 ? undefined : Buffer.from(file.path, 'utf8');
    return [...own, ...shared.filter((found) => mayName(found, path!))]
      .filter(({ sequenceNumber }) => dataSequenceNumber <= sequenceNumber)
      .map((found) => found.file);
  };
}

/** Bounds may be cut, and then differ: equal bounds are the one path that the file names. */
function onlyPath(lower: Uint8Array | undefined, upper: Uint8Array | undefined): string | undefined {
  return lower && upper && compareValues(lower, upper) === 0 ? Buffer.from(lower).toString('utf8') : undefined;
}

function mayName({ lowerPath, upperPath }: PositionDelete, path: Uint8Array): boolean {
  if (lowerPath !== undefined && compareValues(lowerPath, path) > 0) return false;
  return upperPath === undefined || compareValues(upperPath, path) >= 0;
}

function equalityIndex(
  entries: readonly ManifestEntry[],
  specs: ReadonlyMap<number, PartitionSpec>,
  fieldsOf: (file: DataFile) => readonly NestedField[],
): Lookup<EqualityDelete> {
  if (entries.length === 0) return () => [];
  const everywhere: EqualityDelete[] = [];
  const byPartition = new Map<string, EqualityDelete[]>();
  for (const { file, dataSequenceNumber } of entries) {
    const found: EqualityDelete = { file, dataSequenceNumber, fields: fieldsOf(file) };
    if (isUnpartitioned(specs.get(file.specId))) everywhere.push(found);
    else append(byPartition, partitionKey(file.specId, file.partition), found);
  }
  return (file, dataSequenceNumber) => {
    const near = byPartition.size === 0 ? [] : (byPartition.get(partitionKey(file.specId, file.partition)) ?? []);
    return [...everywhere, ...near].filter(
      (found) => dataSequenceNumber < found.dataSequenceNumber && mayDeleteFrom(found, file),
    );
  };
}

/** Dropped partition fields of v1 tables stay in the spec as void. */
function isUnpartitioned(spec: PartitionSpec | undefined): boolean {
  return spec !== undefined && spec.fields.every(({ transform }) => transform.kind === 'void');
}

function keyFields(table: string, file: DataFile, fieldOf: DeletesInput['fieldOf']): readonly NestedField[] {
  const ids = file.equalityIds ?? [];
  if (ids.length === 0) throw contradictoryMetadata(table, `equality delete file "${file.path}" has no equality ids`);
  return ids.map((id) => {
    const field = fieldOf(id);
    if (field === undefined) throw contradictoryMetadata(table, `equality field ${id} is in no schema`);
    return field;
  });
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

type Numbering<T> = { readonly items: readonly T[]; readonly numberOf: (item: T) => number };

/** Items in the order of their first use, each once. */
function numbering<T>(): Numbering<T> {
  const items: T[] = [];
  const numbers = new Map<T, number>();
  const numberOf = (item: T): number => {
    const known = numbers.get(item);
    if (known !== undefined) return known;
    numbers.set(item, items.length);
    return items.push(item) - 1;
  };
  return { items, numberOf };
}
