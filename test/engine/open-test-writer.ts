import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Scratch, SqlRunner } from '../../src/engine/write/sql-runner.ts';

/** A DuckDB of its own, and a folder where written files stay. */
export type TestWriter = {
  readonly folder: string;
  readonly runner: SqlRunner;
  readonly scratch: Scratch;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function openTestWriter(): Promise<TestWriter> {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-write-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const values: SqlRunner['values'] = async ({ sql }) =>
    (await connection.runAndReadAll(sql)).getRowsJson() as unknown as readonly (readonly unknown[])[];
  return {
    folder,
    runner: { run: ({ sql }) => connection.run(sql), values },
    scratch: {
      folder,
      publish: async (uri, localPath) => {
        await mkdir(dirname(uri), { recursive: true });
        await rename(localPath, uri);
      },
      remove: async () => undefined,
    },
    async [Symbol.asyncDispose]() {
      connection.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
