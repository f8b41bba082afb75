import { readAvroContainer } from './avro-container.ts';
import { readerType } from './reader-type.ts';
import { malformed } from './errors.ts';
import { readManifest } from './read-manifest.ts';
import type { AvroContainer } from './avro-container.ts';
import type { FieldReading } from './reader-type.ts';
import type { FieldSummary, ManifestFile, Snapshot, TableMetadata } from './iceberg.ts';
import type { Store } from '../storage/storage.ts';

/**
 * The manifests of a snapshot, in the list's order. Snapshots of v1 may name their manifests in the metadata; what a
 * v1 list leaves out (counts) is counted in the manifests themselves.
 */
export async function readManifestList(
  store: Store,
  snapshot: Snapshot,
  metadata: TableMetadata,
): Promise<readonly ManifestFile[]> {
  if (snapshot.manifestList === undefined) {
    return Promise.all((snapshot.manifests ?? []).map((path) => bareManifest(store, path, snapshot, metadata)));
  }
  const uri = snapshot.manifestList;
  const container = readAvroContainer(await store.read(uri), uri);
  const rows = decodeAll(container, uri);
  return Promise.all(
    rows.map(async (raw) => (hasCounts(raw) ? manifestFile(raw) : counted(store, manifestFile(raw), metadata))),
  );
}

type RawManifest = {
  readonly f500: string;
  readonly f501: number;
  readonly f502: number;
  readonly f517?: number | null;
  readonly f515?: bigint | null;
  readonly f516?: bigint | null;
  readonly f503?: bigint | null;
  readonly f504?: number | null;
  readonly f505?: number | null;
  readonly f506?: number | null;
  readonly f512?: bigint | null;
  readonly f513?: bigint | null;
  readonly f514?: bigint | null;
  readonly f507?: readonly RawSummary[] | null;
  readonly f519?: Uint8Array | null;
  readonly f520?: bigint | null;
};

type RawSummary = {
  readonly f509: boolean;
  readonly f518?: boolean | null;
  readonly f510?: Uint8Array | null;
  readonly f511?: Uint8Array | null;
};

const READINGS: ReadonlyMap<number, FieldReading> = new Map(
  [503, 512, 513, 514, 515, 516, 520].map((id): [number, FieldReading] => [id, 'bigint']),
);

function decodeAll(container: AvroContainer, uri: string): readonly RawManifest[] {
  const what = `manifest list "${uri}"`;
  const schemaText = container.metadata.get('avro.schema');
  if (schemaText === undefined) throw malformed(what, 'its header has no schema');
  const type = readerType(schemaText, READINGS, what);
  return container.blocks.flatMap((block) => {
    const bytes = block.unpack();
    const rows: RawManifest[] = [];
    for (let offset = 0; rows.length < block.recordCount;) {
      const decoded = type.decode(bytes, offset) as { value: RawManifest | undefined; offset: number };
      if (decoded.value === undefined) throw malformed(what, 'a row is cut short');
      rows.push(decoded.value);
      offset = decoded.offset;
    }
    return rows;
  });
}

function manifestFile(raw: RawManifest): ManifestFile {
  return {
    path: raw.f500,
    lengthBytes: raw.f501,
    specId: raw.f502,
    content: raw.f517 === 1 ? 'deletes' : 'data',
    sequenceNumber: raw.f515 ?? 0n,
    minSequenceNumber: raw.f516 ?? 0n,
    addedSnapshotId: raw.f503 ?? -1n,
    addedFilesCount: raw.f504 ?? 0,
    existingFilesCount: raw.f505 ?? 0,
    deletedFilesCount: raw.f506 ?? 0,
    addedRowsCount: raw.f512 ?? 0n,
    existingRowsCount: raw.f513 ?? 0n,
    deletedRowsCount: raw.f514 ?? 0n,
    ...(raw.f507 && { partitions: raw.f507.map(fieldSummary) }),
    ...(raw.f519 && { keyMetadata: Uint8Array.from(raw.f519) }),
    ...(typeof raw.f520 === 'bigint' && { firstRowId: raw.f520 }),
  };
}

function fieldSummary(raw: RawSummary): FieldSummary {
  return {
    containsNull: raw.f509,
    ...(typeof raw.f518 === 'boolean' && { containsNan: raw.f518 }),
    ...(raw.f510 && { lowerBound: Uint8Array.from(raw.f510) }),
    ...(raw.f511 && { upperBound: Uint8Array.from(raw.f511) }),
  };
}

function hasCounts(raw: RawManifest): boolean {
  return [raw.f504, raw.f505, raw.f506, raw.f512, raw.f513, raw.f514].every((count) => (count ?? null) !== null);
}

async function bareManifest(
  store: Store,
  path: string,
  snapshot: Snapshot,
  metadata: TableMetadata,
): Promise<ManifestFile> {
  const bytes = await store.read(path);
  const header = readAvroContainer(bytes, path).metadata;
  const manifest: ManifestFile = {
    ...NOTHING_COUNTED,
    path,
    lengthBytes: bytes.length,
    specId: Number(header.get('partition-spec-id') ?? 0),
    content: 'data',
    sequenceNumber: 0n,
    minSequenceNumber: 0n,
    addedSnapshotId: snapshot.snapshotId,
  };
  return counted(store, manifest, metadata);
}

async function counted(store: Store, manifest: ManifestFile, metadata: TableMetadata): Promise<ManifestFile> {
  const counts = { ...NOTHING_COUNTED };
  for (const { status, file } of await readManifest(store, manifest, metadata)) {
    counts[`${status}FilesCount`] += 1;
    counts[`${status}RowsCount`] += BigInt(file.recordCount);
  }
  return { ...manifest, ...counts };
}

const NOTHING_COUNTED = {
  addedFilesCount: 0,
  existingFilesCount: 0,
  deletedFilesCount: 0,
  addedRowsCount: 0n,
  existingRowsCount: 0n,
  deletedRowsCount: 0n,
};
