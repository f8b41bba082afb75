import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../src/storage/open-store.ts';
import type { Store } from '../../src/storage/storage.ts';

/** Tables written by other engines, beside the repository; see the README there. */
export const fixturesFolder = fileURLToPath(new URL('../../../shared/fixtures/', import.meta.url));

/** For a test's `skip`: false, or why there are no fixtures. */
export const fixturesMissing: string | false = existsSync(fixturesFolder) ? false : `no fixtures at ../shared/fixtures`;

/** Prefix of every URI in the fixtures' metadata, and the folder where it is. */
export const fixtureLocations: Readonly<Record<string, string>> = { 's3://fixtures/': `${fixturesFolder}warehouse/` };

export function fixtureStore(): Store {
  return openStore({ locations: fixtureLocations });
}

/** `sqlite:` URI of the catalog; `java` is the one laid out by Iceberg's JdbcCatalog, with the views. */
export function fixtureCatalogUri(layout: 'pyiceberg' | 'java' = 'pyiceberg'): string {
  return `sqlite:${fixturesFolder}${layout === 'java' ? 'catalog_java.db' : 'catalog.db'}`;
}

/** `ns.table` of every answer file, sorted; views included. */
export function expectedNames(): readonly string[] {
  return readdirSync(`${fixturesFolder}expected`)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();
}

export function expected(name: string): ExpectedAnswer {
  return JSON.parse(readFileSync(`${fixturesFolder}expected/${name}.json`, 'utf8')) as ExpectedAnswer;
}

/** As in the files; the README of the fixtures describes them. Values are Postgres' text, null is null. */
export type ExpectedAnswer = ExpectedRows & {
  /** `ns.table`; a view's file has `view` instead. */
  readonly table?: string;
  readonly view?: string;
  readonly class: string;
  readonly notes: string;
  readonly written_by: string;
  readonly read_by: string;
  readonly format_version?: number;
  readonly metadata_location?: string;
  readonly schema: readonly ExpectedColumn[];
  readonly time_travel?: readonly ExpectedTravel[];
  readonly prunes?: readonly ExpectedPrune[];
  readonly total_files?: number;
  readonly total_manifests?: number;
  readonly lineage?: ExpectedRows & { readonly columns: readonly string[] };
  readonly metadata?: Readonly<
    Record<string, ExpectedRows & { readonly columns: readonly string[]; readonly types: readonly string[] }>
  >;
  readonly agreement: Readonly<Record<string, unknown>>;
};

/** `rows` are left out where there are many. */
export type ExpectedRows = {
  readonly rows?: readonly (readonly unknown[])[];
  readonly row_count: number;
  readonly md5: string;
};

export type ExpectedColumn = {
  readonly name: string;
  readonly iceberg_type: unknown;
  readonly field_id: number;
  readonly required?: boolean;
};

/** `value` is a snapshot id, the name of a ref (of `kind`), or a time in milliseconds (`utc` as text). */
export type ExpectedTravel = Partial<ExpectedRows> & {
  readonly by: 'snapshot' | 'ref' | 'timestamp';
  readonly value: string;
  readonly kind?: 'branch' | 'tag';
  readonly snapshot_id?: string;
  readonly utc?: string;
  readonly schema?: readonly ExpectedColumn[];
  readonly error?: string;
};

export type ExpectedPrune = {
  readonly where: string;
  readonly files: number;
  readonly manifests: number;
  readonly files_with_matches: number;
  readonly row_count: number;
  readonly iceberg_drops_matching_files?: number;
  readonly spark_pushdown_row_count?: number;
};
