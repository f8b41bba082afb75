import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, EngineStatement, RowFormat, RowStream } from '../../src/engine/engine.ts';
import { openEngine } from '../../src/engine/open-engine.ts';
import { typeLength } from '../../src/pgtype/oid.ts';
import type { TextSettings } from '../../src/pgtype/pgtype.ts';
import { openStore } from '../../src/storage/open-store.ts';
import type { Store } from '../../src/storage/storage.ts';

export type TestEngine = { readonly engine: Engine; readonly folder: string; [Symbol.asyncDispose](): Promise<void> };

/** For a test's `skip`: the engine needs libuv's threads, which only the environment before start can give. */
export const threadsMissing: string | false =
  Number(process.env.UV_THREADPOOL_SIZE ?? 4) >= 32 ? false : 'UV_THREADPOOL_SIZE is below 32; npm test sets it';

export const TEXT: TextSettings = {
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  timeZone: 'UTC',
  extraFloatDigits: 1,
  byteaOutput: 'hex',
};

/** An engine with a temporary folder of its own that it may write to, and `folders` besides. */
export async function openTestEngine(
  options: { readonly store?: Store; readonly folders?: readonly string[]; readonly memoryBytes?: number } = {},
): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-engine-'));
  const engine = await openEngine({
    store: options.store ?? openStore(),
    threads: 2,
    memoryBytes: options.memoryBytes ?? 1_000_000_000,
    temporaryFolder: join(folder, 'tmp'),
    temporaryBytes: 1_000_000_000,
    copiesBytes: 1_000_000_000,
    folders: [folder, ...(options.folders ?? [])],
  });
  return {
    engine,
    folder,
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function statement(sql: string, more: Partial<EngineStatement> = {}): EngineStatement {
  return { sql, scans: [], parameters: [], timeZone: 'UTC', ...more };
}

/** Plain columns of these types. */
export function plainFormat(oids: readonly number[], format: 0 | 1 = 0, settings: TextSettings = TEXT): RowFormat {
  return {
    fields: oids.map((typeOid, i) => ({
      name: `c${i}`,
      tableOid: 0,
      attnum: 0,
      typeOid,
      typeSize: typeLength(typeOid),
      typmod: -1,
    })),
    encodings: oids.map((_, column) => ({ kind: 'plain', column })),
    formats: oids.map(() => format),
    settings,
  };
}

/** Every row of a stream, fields as bytes. */
export async function allRows(stream: RowStream): Promise<(Buffer | null)[][]> {
  const rows: (Buffer | null)[][] = [];
  for (let batch = await stream.next(); batch !== undefined; batch = await stream.next()) {
    const decoded = decodeRows(batch.bytes);
    if (decoded.length !== batch.rowCount) throw new Error(`${decoded.length} rows in a batch of ${batch.rowCount}`);
    rows.push(...decoded);
  }
  return rows;
}

export async function allTexts(stream: RowStream): Promise<(string | null)[][]> {
  return (await allRows(stream)).map((row) => row.map((field) => field?.toString('utf8') ?? null));
}

/** DataRow messages taken apart. */
export function decodeRows(bytes: Uint8Array): (Buffer | null)[][] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: (Buffer | null)[][] = [];
  for (let at = 0; at < buffer.length;) {
    if (buffer[at] !== 68) throw new Error(`message type ${buffer[at]} at ${at}`);
    const end = at + 1 + buffer.readInt32BE(at + 1);
    const count = buffer.readInt16BE(at + 5);
    at += 7;
    const fields: (Buffer | null)[] = [];
    for (let i = 0; i < count; i++) {
      const length = buffer.readInt32BE(at);
      at += 4;
      fields.push(length === -1 ? null : buffer.subarray(at, at + length));
      at += Math.max(0, length);
    }
    if (at !== end) throw new Error(`row ends at ${at}, its length says ${end}`);
    rows.push(fields);
  }
  return rows;
}
