import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataFile } from '../../iceberg/iceberg.ts';
import type { DeleteWriteRequest } from '../engine.ts';
import { dataCorrupted } from '../errors.ts';
import { deleteCopyOptions } from './copy-options.ts';
import { plainStatement } from './sql-runner.ts';
import { sqlText } from '../../base/sql-text.ts';
import type { Scratch, SqlRunner } from './sql-runner.ts';
import { writtenFile } from './written-file.ts';
import type { WrittenFile } from './written-file.ts';

/** Reserved field ids of position-delete files (spec: Position Delete Files). */
const FILE_PATH_ID = 2147483546;
const POS_ID = 2147483545;

/**
 * Writes one position-delete file for each spec and partition of the named data files, or for each of them, sorted by
 * path and position.
 */
export async function writePositionDeletes(
  runner: SqlRunner,
  scratch: Scratch,
  request: DeleteWriteRequest,
): Promise<readonly DataFile[]> {
  const { timeZone } = request.statement;
  const folder = join(scratch.folder, `deletes-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  const published: string[] = [];
  try {
    await runner.run({
      ...request.statement,
      sql: `CREATE OR REPLACE TEMP TABLE positions AS SELECT DISTINCT file_path, pos::BIGINT AS pos FROM (${request.statement.sql}) AS d(file_path, pos)`,
    });
    await refuseUnknown(runner, request);
    const deletes: DataFile[] = [];
    for (const [ordinal, group] of groupsOf(request).entries()) {
      const local = join(folder, `${ordinal}.parquet`);
      const rows = await runner.values(
        plainStatement(
          `COPY (SELECT file_path, pos FROM positions WHERE file_path IN (${group.map(({ path }) => sqlText(path)).join(', ')})
           ORDER BY file_path, pos) TO ${sqlText(local)} (${deleteCopyOptions(request.properties)},
           FIELD_IDS {file_path: ${FILE_PATH_ID}, pos: ${POS_ID}})`,
          timeZone,
        ),
      );
      const written = rows.map(writtenFile)[0];
      if (written === undefined || written.recordCount === 0) continue;
      const file = describeDeletes(written, group, request.dataLocation);
      await scratch.publish(file.path, written.path);
      published.push(file.path);
      deletes.push(file);
    }
    await runner.run(plainStatement('DROP TABLE positions', timeZone));
    return deletes;
  } catch (error) {
    await scratch.remove(published).catch(() => undefined);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A path that belongs to no known data file would be left out of every delete file. */
async function refuseUnknown(runner: SqlRunner, { files, statement }: DeleteWriteRequest): Promise<void> {
  const rows = await runner.values(plainStatement('SELECT DISTINCT file_path FROM positions', statement.timeZone));
  const known = new Set(files.map(({ path }) => path));
  const unknown = rows.find(([path]) => !known.has(path as string));
  if (unknown !== undefined) throw dataCorrupted(`deletes name data file "${String(unknown[0])}", which is not known`);
}

/** Data files that share a delete file: those of one spec and partition, or each alone (`write.delete.granularity`). */
function groupsOf({ files, properties }: DeleteWriteRequest): readonly (readonly DataFile[])[] {
  if (properties['write.delete.granularity']?.toLowerCase() === 'file') return files.map((file) => [file]);
  const groups = new Map<string, DataFile[]>();
  for (const file of files) {
    const values = file.partition.map((value) =>
      value instanceof Uint8Array ? `x${Buffer.from(value).toString('hex')}` : `${typeof value} ${String(value)}`,
    );
    const key = JSON.stringify([file.specId, ...values]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return [...groups.values()];
}

function describeDeletes(written: WrittenFile, group: readonly DataFile[], dataLocation: string): DataFile {
  const first = group[0];
  if (first === undefined) throw new Error('no data file to delete from');
  const paths = written.statistics.get('"file_path"');
  const positions = written.statistics.get('"pos"');
  const bounds = (name: 'min' | 'max'): ReadonlyMap<number, Uint8Array> => {
    const found = new Map<number, Uint8Array>();
    const path = paths?.get(name);
    const position = positions?.get(name);
    // Paths are kept whole, so that readers can tell which data files a delete file is for.
    if (path !== undefined) found.set(FILE_PATH_ID, Buffer.from(path, 'utf8'));
    if (position !== undefined) found.set(POS_ID, longBytes(BigInt(position)));
    return found;
  };
  const lowerBounds = bounds('min');
  const count = BigInt(written.recordCount);
  const ids = [FILE_PATH_ID, POS_ID];
  return {
    content: 'position-deletes',
    path: `${dataLocation}/${randomUUID()}-deletes.parquet`,
    format: 'parquet',
    specId: first.specId,
    partition: first.partition,
    recordCount: written.recordCount,
    sizeBytes: written.sizeBytes,
    valueCounts: new Map(ids.map((id) => [id, count])),
    nullCounts: new Map(ids.map((id) => [id, 0n])),
    lowerBounds,
    upperBounds: bounds('max'),
    ...(group.length === 1 && { referencedDataFile: first.path }),
  };
}

function longBytes(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}
