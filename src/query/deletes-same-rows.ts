import type { Engine, EngineScan } from '../engine/engine.ts';
import type { DataFile, Schema } from '../iceberg/iceberg.ts';
import { scanMarker } from '../translate/translate.ts';

/** Whether two sets of position-delete files have a row of the table in common. */
export async function deletesSameRows(
  engine: Engine,
  mine: readonly DataFile[],
  others: readonly DataFile[],
): Promise<boolean> {
  // What cannot be read is not known to be about other rows.
  if ([...mine, ...others].some(({ format }) => format !== 'parquet')) return true;
  const connection = await engine.connect();
  try {
    const rows = await connection.values({
      sql: `SELECT 1 FROM ${scanMarker(0)} AS a JOIN ${scanMarker(1)} AS b ON a.c1 = b.c1 AND a.c2 = b.c2 LIMIT 1`,
      scans: [scanOf(mine), scanOf(others)],
      parameters: [],
      timeZone: 'UTC',
    });
    return rows.length > 0;
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}

/** Reserved field ids (spec: Position Delete Files). */
const FILE_PATH_ID = 2147483546;
const POS_ID = 2147483545;

const SCHEMA: Schema = {
  schemaId: 0,
  fields: [
    { id: FILE_PATH_ID, name: 'file_path', required: true, type: 'string' },
    { id: POS_ID, name: 'pos', required: true, type: 'long' },
  ],
  identifierFieldIds: [],
};

/** Delete files are Parquet files of two columns: they are scanned like a table of these. */
function scanOf(files: readonly DataFile[]): EngineScan {
  return {
    plan: {
      table: 'position deletes',
      schema: SCHEMA,
      snapshotId: null,
      files: files.map((file) => ({
        file,
        spec: { specId: 0, fields: [] },
        dataSequenceNumber: 0n,
        positionDeletes: [],
        equalityDeletes: [],
      })),
      positionDeletes: [],
      equalityDeletes: [],
      counts: {
        manifestsTotal: 0,
        manifestsRead: 0,
        deleteManifestsTotal: 0,
        deleteManifestsRead: 0,
        filesTotal: files.length,
        filesRead: files.length,
        deleteFilesApplied: 0,
        sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        recordCount: files.reduce((sum, { recordCount }) => sum + recordCount, 0),
      },
    },
    columns: [
      { attnum: 1, fieldId: FILE_PATH_ID },
      { attnum: 2, fieldId: POS_ID },
    ],
    positions: false,
  };
}
