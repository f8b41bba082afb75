import { readAvroContainer } from './avro-container.ts';
import { readerType } from './reader-type.ts';
import { malformed } from './errors.ts';
import { ManifestDataFile } from './manifest-data-file.ts';
import { partitionTypes } from './partition-type.ts';
import type { AvroBlock, AvroContainer } from './avro-container.ts';
import type { FieldReading } from './reader-type.ts';
import type {
  DataFile,
  IcebergValue,
  ManifestEntry,
  ManifestFile,
  PartitionSpec,
  TableMetadata,
  Type,
} from './iceberg.ts';
import type { RawDataFile } from './manifest-data-file.ts';
import type { Store } from '../storage/storage.ts';

/**
 * The entries of a manifest, DELETED ones included, with snapshot id, sequence numbers and first row ids inherited
 * from its row in the manifest list (spec: Sequence Number Inheritance, First Row ID Inheritance). Long manifests are
 * decoded in slices, so that other work on this thread goes on.
 */
export async function readManifest(
  store: Store,
  manifest: ManifestFile,
  metadata: TableMetadata,
): Promise<readonly ManifestEntry[]> {
  const container = readAvroContainer(await store.read(manifest.path), manifest.path);
  const decoder = entryDecoder(container, manifest, metadata);
  const entries: ManifestEntry[] = [];
  const clock = { started: performance.now() };
  for (const block of container.blocks) await decodeBlock(block, decoder, entries, clock);
  return entries;
}

/** Entries whose files are part of the table: ADDED and EXISTING. */
export function liveEntries(entries: readonly ManifestEntry[]): readonly ManifestEntry[] {
  return entries.some((entry) => entry.status === 'deleted')
    ? entries.filter((entry) => entry.status !== 'deleted')
    : entries;
}

/** How long decoding may hold the thread, in milliseconds. */
const SLICE_MS = 8;
/** Entries decoded between two looks at the clock. */
const ENTRIES_PER_CHECK = 64;

type EntryDecoder = (block: Buffer, offset: number) => { readonly entry: ManifestEntry; readonly offset: number };

/** When the slice of work at hand began. */
type Clock = { started: number };

async function decodeBlock(
  block: AvroBlock,
  decode: EntryDecoder,
  entries: ManifestEntry[],
  clock: Clock,
): Promise<void> {
  const bytes = block.unpack();
  let offset = 0;
  for (let index = 0; index < block.recordCount; index++) {
    const decoded = decode(bytes, offset);
    entries.push(decoded.entry);
    offset = decoded.offset;
    if (index % ENTRIES_PER_CHECK === 0 && performance.now() - clock.started > SLICE_MS) {
      await new Promise(setImmediate);
      clock.started = performance.now();
    }
  }
}

type RawEntry = {
  readonly f0: number;
  readonly f1?: bigint | null;
  readonly f3?: bigint | null;
  readonly f4?: bigint | null;
  readonly f2: RawDataFile;
};

const READINGS: ReadonlyMap<number, FieldReading> = new Map([
  ...[1, 3, 4, 102, 142, 144, 145].map((id): [number, FieldReading] => [id, 'bigint']),
  ...[105, 108, 109, 110, 137, 125, 128, 132].map((id): [number, FieldReading] => [id, 'skipped']),
]);

const STATUSES = ['existing', 'added', 'deleted'] as const;

function entryDecoder(container: AvroContainer, manifest: ManifestFile, metadata: TableMetadata): EntryDecoder {
  const what = `manifest "${manifest.path}"`;
  const schemaText = container.metadata.get('avro.schema');
  if (schemaText === undefined) throw malformed(what, 'its header has no schema');
  const type = readerType(schemaText, READINGS, what);
  const spec = metadata.partitionSpecs.find((candidate) => candidate.specId === manifest.specId);
  if (spec === undefined) throw malformed(what, `partition spec ${manifest.specId} is not in the table's metadata`);
  const partitionOf = partitionReader(spec, partitionTypes(spec, metadata));
  const rowIds = { next: manifest.content === 'data' ? manifest.firstRowId : undefined };
  return (block, offset) => {
    const decoded = type.decode(block, offset) as { value: RawEntry | undefined; offset: number };
    if (decoded.value === undefined) throw malformed(what, 'an entry is cut short');
    const raw = decoded.value;
    const firstRowId = nextRowId(raw, rowIds);
    const file = new ManifestDataFile(raw.f2, block, spec.specId, partitionOf(raw.f2.f102), firstRowId) as DataFile;
    return { entry: inherited(raw, file, manifest, what), offset: decoded.offset };
  };
}

function inherited(raw: RawEntry, file: DataFile, manifest: ManifestFile, what: string): ManifestEntry {
  const status = STATUSES[raw.f0];
  if (status === undefined) throw malformed(what, `status ${raw.f0} is not known`);
  // Manifests of v1 have sequence number 0, whatever the status.
  const inherits = status === 'added' || manifest.sequenceNumber === 0n;
  const dataSequenceNumber = raw.f3 ?? (inherits ? manifest.sequenceNumber : undefined);
  if (dataSequenceNumber === undefined) throw malformed(what, 'an existing entry has no sequence number');
  const fileSequenceNumber = raw.f4 ?? (inherits ? manifest.sequenceNumber : dataSequenceNumber);
  return { status, snapshotId: raw.f1 ?? manifest.addedSnapshotId, dataSequenceNumber, fileSequenceNumber, file };
}

function nextRowId(raw: RawEntry, rowIds: { next: bigint | undefined }): bigint | undefined {
  if (rowIds.next === undefined || raw.f0 === 2 || (raw.f2.f142 ?? null) !== null) return undefined;
  const first = rowIds.next;
  rowIds.next += BigInt(raw.f2.f103);
  return first;
}

type PartitionReader = (raw: Readonly<Record<string, unknown>>) => readonly IcebergValue[];

function partitionReader(spec: PartitionSpec, types: readonly (Type | undefined)[]): PartitionReader {
  if (spec.fields.length === 0) return () => NO_VALUES;
  const readers = spec.fields.map((field, index) => ({ name: `f${field.fieldId}`, value: valueReader(types[index]) }));
  return (raw) => readers.map(({ name, value }) => value(raw[name] ?? null));
}

const NO_VALUES: readonly IcebergValue[] = [];

/** Avro's value in Iceberg's terms; older manifests hold the narrower type of a column promoted since. */
function valueReader(type: Type | undefined): (value: unknown) => IcebergValue {
  const kind = typeof type === 'object' ? type.kind : type;
  if (kind === 'decimal') return (value) => (value === null ? null : unscaled(value as Uint8Array));
  if (kind === 'int' || kind === 'date')
    return (value) => (typeof value === 'bigint' ? Number(value) : (value as IcebergValue));
  if (BIG_KINDS.has(kind ?? ''))
    return (value) => (typeof value === 'number' ? BigInt(value) : (value as IcebergValue));
  return (value) => (Buffer.isBuffer(value) ? Uint8Array.from(value) : (value as IcebergValue));
}

const BIG_KINDS = new Set(['long', 'time', 'timestamp', 'timestamptz', 'timestamp_ns', 'timestamptz_ns']);

/** Two's complement, big-endian. */
function unscaled(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}
