import { notSupported, SqlError } from '../base/sql-error.ts';
import type { DataFile } from '../iceberg/iceberg.ts';

/** 0A000: a data or delete file that the query needs is in a format that is not read. */
export function fileFormatNotSupported(file: DataFile, table: string): SqlError {
  const what = file.content === 'data' ? 'data' : 'delete';
  return notSupported(
    `reading ${file.format === 'orc' ? 'ORC' : 'Avro'} ${what} file "${file.path}" of table "${table}"`,
    'Only Parquet files are read; rewrite the table with another engine.',
  );
}

export function deletionVectorNotSupported(file: DataFile, table: string): SqlError {
  return notSupported(
    `reading deletion vectors (file "${file.path}" of table "${table}")`,
    'Rewrite the data files with another engine, so that the table has no deletion vectors.',
  );
}

export function encryptionNotSupported(path: string, table: string): SqlError {
  return notSupported(`reading encrypted file "${path}" of table "${table}"`, 'Only unencrypted tables are read.');
}

export function columnNotSupported(what: string, column: string, table: string): SqlError {
  return notSupported(
    `reading ${what} (column "${column}" of table "${table}")`,
    'This feature of Iceberg format version 3 is not read yet.',
  );
}

/** XX001: metadata that contradicts itself. */
export function contradictoryMetadata(table: string, why: string): SqlError {
  return new SqlError({ sqlstate: 'XX001', message: `metadata of table "${table}" is malformed: ${why}` });
}

/** 22023: time travel to what is not there. `nearest` says what is. */
export function unknownSnapshot(what: string, nearest: string): SqlError {
  return new SqlError({ sqlstate: '22023', message: `${what} does not exist`, hint: nearest });
}

export function nothingBefore(timestamp: string, nearest: string): SqlError {
  return new SqlError({ sqlstate: '22023', message: `the table had no snapshot at ${timestamp}`, hint: nearest });
}
