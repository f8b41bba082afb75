import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlText } from '../../base/sql-text.ts';
import type { EngineStatement, RowStream } from '../engine.ts';
import type { Scratch, SqlRunner } from '../write/sql-runner.ts';

const MESSAGE_BYTES = 64 * 1024;
const COPY_DATA = 0x64;

/** Writes a Parquet file and hands it out in CopyData messages. A Parquet file is whole only at its end. */
export async function exportParquet(
  runner: SqlRunner,
  scratch: Scratch,
  statement: EngineStatement,
): Promise<RowStream> {
  const path = join(scratch.folder, `export-${randomUUID()}.parquet`);
  const remove = async (): Promise<void> => await rm(path, { force: true });
  try {
    const sql = `COPY (${statement.sql}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`;
    let rowCount = Number(await runner.run({ ...statement, sql }));
    const file = await open(path);
    return {
      async next() {
        const message = Buffer.allocUnsafe(MESSAGE_BYTES + 5);
        const { bytesRead } = await file.read(message, 5, MESSAGE_BYTES);
        if (bytesRead === 0) return undefined;
        message[0] = COPY_DATA;
        message.writeInt32BE(bytesRead + 4, 1);
        const batch = { bytes: message.subarray(0, bytesRead + 5), rowCount };
        rowCount = 0;
        return batch;
      },
      async close() {
        await file.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
