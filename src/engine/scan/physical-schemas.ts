import { dataCorrupted } from '../errors.ts';
import type { SetupStep } from '../worker/messages.ts';
import { textListValue } from './list-value.ts';
import type { PhysicalSchema, SchemaRow } from './physical-schema.ts';
import { SCHEMA_QUERY, physicalSchema } from './physical-schema.ts';

/** Runs a small query on the engine and gives its rows. */
export type RunQuery = (sql: string, setup: readonly SetupStep[]) => Promise<readonly (readonly unknown[])[]>;

/** Files whose schemas are remembered; equal schemas are kept once. */
const MAX_FILES = 200_000;

/** Physical schemas by path. Files are immutable, so each footer is read once. */
export class PhysicalSchemas {
  readonly #byPath = new Map<string, PhysicalSchema>();
  readonly #byKey = new Map<string, PhysicalSchema>();

  async of(paths: readonly string[], query: RunQuery): Promise<readonly PhysicalSchema[]> {
    const missing = [...new Set(paths.filter((path) => !this.#byPath.has(path)))];
    const found = new Map<string, PhysicalSchema>();
    for (const path of paths) {
      const known = this.#byPath.get(path);
      if (known !== undefined) found.set(path, known);
    }
    if (missing.length > 0) {
      for (const [path, schema] of await this.#read(missing, query)) found.set(path, schema);
    }
    return paths.map((path) => {
      const schema = found.get(path);
      if (schema === undefined) throw dataCorrupted(`data file "${path}" has no Parquet schema`);
      return schema;
    });
  }

  async #read(paths: readonly string[], query: RunQuery): Promise<ReadonlyMap<string, PhysicalSchema>> {
    const rows = await query(SCHEMA_QUERY, [
      { sql: 'SET VARIABLE bw_schema_files = $1', parameters: [textListValue(paths)] },
    ]);
    const read = new Map<string, PhysicalSchema>();
    for (const [path, fileRows] of Map.groupBy(rows, ([path]) => path as string)) {
      const parsed = physicalSchema(fileRows.map((row) => row.slice(1) as unknown as SchemaRow));
      const schema = this.#byKey.get(parsed.key) ?? parsed;
      this.#byKey.set(parsed.key, schema);
      read.set(path, schema);
    }
    if (this.#byPath.size + read.size > MAX_FILES) {
      this.#byPath.clear();
      this.#byKey.clear();
    }
    for (const [path, schema] of read) this.#byPath.set(path, schema);
    return read;
  }
}
