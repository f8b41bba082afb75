import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedTable } from '../../src/catalog/catalog.ts';
import type { NestedField, Type } from '../../src/iceberg/iceberg.ts';
import type { LaneLimits } from '../../src/postgres/lane-limits.ts';
import { openPostgres, type OpenedPostgres } from '../../src/postgres/open-postgres.ts';
import type { AnalysisContext } from '../../src/postgres/postgres.ts';
import { dataRowValues } from '../../src/postgres/read-reply.ts';

/** An embedded Postgres in a folder of its own, removed with it. */
export async function openTestPostgres(
  options: { readonly requestTimeoutMs?: number; readonly folder?: string; readonly lanes?: Partial<LaneLimits> } = {},
): Promise<TestPostgres> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'bergwire-embedded-')));
  const postgres = await openPostgres({ database: 'bergwire', role: 'bergwire', ...options, folder });
  return new TestPostgres(postgres, folder, options.folder === undefined);
}

export const NO_PARAMETERS = { oids: [], formats: [], values: [] } as const;

export function contextOf(settings: Readonly<Record<string, string>> = {}, role = 'bergwire'): AnalysisContext {
  return { role, settings: new Map(Object.entries({ search_path: '"$user", public', ...settings })) };
}

export class TestPostgres {
  readonly postgres: OpenedPostgres;
  readonly folder: string;
  readonly #ownsFolder: boolean;

  constructor(postgres: OpenedPostgres, folder: string, ownsFolder: boolean) {
    this.postgres = postgres;
    this.folder = folder;
    this.#ownsFolder = ownsFolder;
  }

  /** The rows of a statement, values in text format. */
  async rows(text: string, context: AnalysisContext = contextOf(), signal?: AbortSignal): Promise<(string | null)[][]> {
    const { rows, failure } = await this.postgres.execute(context, text, NO_PARAMETERS, [0], signal);
    if (failure !== undefined) throw failure;
    return textRows(rows);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.postgres[Symbol.asyncDispose]();
    if (this.#ownsFolder) await rm(this.folder, { recursive: true, force: true });
  }
}

export function textRows(bytes: Uint8Array): (string | null)[][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: (string | null)[][] = [];
  for (let at = 0; at < bytes.length; at += 1 + view.getInt32(at + 1)) {
    const values = dataRowValues(bytes.subarray(at, at + 1 + view.getInt32(at + 1)));
    rows.push(values.map((value) => (value === null ? null : new TextDecoder().decode(value))));
  }
  return rows;
}

export function field(id: number, name: string, type: Type, more: Partial<NestedField> = {}): NestedField {
  return { id, name, type, required: false, ...more };
}

export function testTable(
  namespace: readonly string[],
  name: string,
  fields: readonly NestedField[],
  more: {
    readonly schemaId?: number;
    readonly uuid?: string;
    readonly properties?: Readonly<Record<string, string>>;
    readonly rowCount?: number;
  } = {},
): LoadedTable {
  const { schemaId = 0, uuid = `uuid of ${name}`, properties = {}, rowCount } = more;
  return {
    name: { namespace, name },
    metadataLocation: `memory:${name}`,
    metadata: {
      formatVersion: 2,
      tableUuid: uuid,
      location: `memory:${name}`,
      lastSequenceNumber: 0n,
      lastUpdatedMs: 0,
      lastColumnId: 100,
      schemas: [{ schemaId, fields, identifierFieldIds: [] }],
      currentSchemaId: schemaId,
      partitionSpecs: [{ specId: 0, fields: [] }],
      defaultSpecId: 0,
      lastPartitionId: 999,
      sortOrders: [{ orderId: 0, fields: [] }],
      defaultSortOrderId: 0,
      properties,
      currentSnapshotId: rowCount === undefined ? null : 1n,
      snapshots:
        rowCount === undefined
          ? []
          : [{ snapshotId: 1n, sequenceNumber: 1n, timestampMs: 0, summary: { 'total-records': String(rowCount) } }],
      snapshotLog: [],
      metadataLog: [],
      refs: {},
      carried: {},
    },
  };
}
