import { readBytesMap, readLongMap, readLongs } from './long-map.ts';
import { malformed } from './errors.ts';
import { findBytes, findLong } from './find-long.ts';
import type { ColumnMetrics } from './column-metrics.ts';
import type { DataFile, FileContent, IcebergValue } from './iceberg.ts';

/** `data_file` as the reader's Avro type decodes it: properties are field ids, skipped values are offsets. */
export type RawDataFile = {
  readonly f134?: number | null;
  readonly f100: string;
  readonly f101: string;
  readonly f102: Readonly<Record<string, unknown>>;
  readonly f103: number;
  readonly f104: number;
  readonly f108?: number | null;
  readonly f109?: number | null;
  readonly f110?: number | null;
  readonly f137?: number | null;
  readonly f125?: number | null;
  readonly f128?: number | null;
  readonly f131?: Uint8Array | null;
  readonly f132?: number | null;
  readonly f135?: readonly number[] | null;
  readonly f140?: number | null;
  readonly f142?: bigint | null;
  readonly f143?: string | null;
  readonly f144?: bigint | null;
  readonly f145?: bigint | null;
};

/**
 * A data file whose column metrics stay encoded in their Avro block until they are asked for: a table of 100,000
 * files would not fit otherwise. Metrics are accessors, so a copy by spread or structured clone goes without them;
 * `withMetrics` copies whole.
 */
export class ManifestDataFile implements DataFileFields {
  readonly content: FileContent;
  readonly path: string;
  readonly format: DataFile['format'];
  readonly specId: number;
  readonly partition: readonly IcebergValue[];
  readonly recordCount: number;
  readonly sizeBytes: number;
  readonly keyMetadata: Uint8Array | undefined;
  readonly equalityIds: readonly number[] | undefined;
  readonly sortOrderId: number | undefined;
  readonly firstRowId: bigint | undefined;
  readonly referencedDataFile: string | undefined;
  readonly contentOffset: bigint | undefined;
  readonly contentSizeBytes: bigint | undefined;
  readonly #block: Buffer;
  readonly #raw: MetricOffsets;

  constructor(
    raw: RawDataFile,
    block: Buffer,
    specId: number,
    partition: readonly IcebergValue[],
    firstRowId: bigint | undefined,
  ) {
    this.content = CONTENTS[raw.f134 ?? 0] ?? unknownContent(raw);
    this.path = raw.f100;
    this.format = formatOf(raw);
    this.specId = specId;
    this.partition = partition;
    this.recordCount = raw.f103;
    this.sizeBytes = raw.f104;
    this.keyMetadata = raw.f131 ?? undefined;
    this.equalityIds = raw.f135 ?? undefined;
    this.sortOrderId = raw.f140 ?? undefined;
    this.firstRowId = raw.f142 ?? firstRowId;
    this.referencedDataFile = raw.f143 ?? undefined;
    this.contentOffset = raw.f144 ?? undefined;
    this.contentSizeBytes = raw.f145 ?? undefined;
    this.#block = block;
    this.#raw = [raw.f108, raw.f109, raw.f110, raw.f137, raw.f125, raw.f128, raw.f132];
  }

  get columnSizes(): ReadonlyMap<number, bigint> | undefined {
    return this.#metric(0, readLongMap);
  }

  get valueCounts(): ReadonlyMap<number, bigint> | undefined {
    return this.#metric(1, readLongMap);
  }

  get nullCounts(): ReadonlyMap<number, bigint> | undefined {
    return this.#metric(2, readLongMap);
  }

  get nanCounts(): ReadonlyMap<number, bigint> | undefined {
    return this.#metric(3, readLongMap);
  }

  get lowerBounds(): ReadonlyMap<number, Uint8Array> | undefined {
    return this.#metric(4, readBytesMap);
  }

  get upperBounds(): ReadonlyMap<number, Uint8Array> | undefined {
    return this.#metric(5, readBytesMap);
  }

  get splitOffsets(): readonly bigint[] | undefined {
    return this.#metric(6, readLongs);
  }

  /** The metrics of one column. */
  metricsOf(id: number): ColumnMetrics {
    return {
      valueCount: this.#metric(1, (block, offset) => findLong(block, offset, id)),
      nullCount: this.#metric(2, (block, offset) => findLong(block, offset, id)),
      nanCount: this.#metric(3, (block, offset) => findLong(block, offset, id)),
      lowerBound: this.#metric(4, (block, offset) => findBytes(block, offset, id)),
      upperBound: this.#metric(5, (block, offset) => findBytes(block, offset, id)),
    };
  }

  #metric<T>(index: number, read: (block: Buffer, offset: number) => T): T | undefined {
    const offset = this.#raw[index];
    return offset === undefined || offset === null ? undefined : read(this.#block, offset);
  }
}

/** A plain copy of a data file, metrics included, with some fields replaced. */
export function withMetrics(file: DataFile, changed: Partial<DataFile> = {}): DataFile {
  const { columnSizes, valueCounts, nullCounts, nanCounts, lowerBounds, upperBounds, splitOffsets } = file;
  const metrics = { columnSizes, valueCounts, nullCounts, nanCounts, lowerBounds, upperBounds, splitOffsets };
  return { ...file, ...(metrics as Partial<DataFile>), ...changed };
}

/** Offsets of: column sizes, value, null and NaN counts, lower and upper bounds, split offsets. */
type MetricOffsets = readonly (number | null | undefined)[];

type DataFileFields = { readonly [K in keyof DataFile]-?: DataFile[K] | undefined };

const CONTENTS: readonly FileContent[] = ['data', 'position-deletes', 'equality-deletes'];

function unknownContent(raw: RawDataFile): never {
  throw malformed(`manifest entry of "${raw.f100}"`, `content ${raw.f134} is not known`);
}

function formatOf(raw: RawDataFile): DataFile['format'] {
  const format = raw.f101.toLowerCase();
  if (format === 'parquet' || format === 'avro' || format === 'orc' || format === 'puffin') return format;
  throw malformed(`manifest entry of "${raw.f100}"`, `file format "${raw.f101}" is not known`);
}
