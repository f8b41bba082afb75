import { SqlError, notSupported } from '../base/sql-error.ts';

/** 0A000: lists of lists that Postgres has no array for. */
export function raggedArray(): SqlError {
  return notSupported(
    'an array whose parts are NULL or of unlike lengths',
    'Postgres arrays are rectangular; read the column with another engine.',
  );
}

/** 0A000: DuckDB computed a type that has no Postgres counterpart here. */
export function unsupportedEngineType(name: string): SqlError {
  return notSupported(
    `a result of engine type ${name}`,
    'cast the expression to a type that both PostgreSQL and Iceberg have, or leave the column out',
  );
}

/** XX000: a translation promised another type than the engine computed. */
export function typeMismatch(engineType: string, typeOid: number): SqlError {
  return new SqlError({
    sqlstate: 'XX000',
    message: `the engine computed ${engineType} for a column of type oid ${typeOid}`,
  });
}

/** 0A000: a binary result format that is not there. */
export function noBinaryFormat(typeOid: number): SqlError {
  return notSupported(`binary result format for type with oid ${typeOid}`, 'ask for the text format of this column');
}

/** 0A000: the engine has no zone of that offset. */
export function unknownTimeZone(name: string): SqlError {
  return notSupported(
    `TimeZone "${name}" over table columns`,
    'Set TimeZone to a zone of the tz database, such as Asia/Kolkata, or to whole hours from UTC.',
  );
}

/** 57014. */
export function queryCanceled(): SqlError {
  return new SqlError({ sqlstate: '57014', message: 'canceling statement due to user request' });
}

/** XX000: the stream ended without its last row; DuckDB says nothing about the cause. */
export function streamBroken(): SqlError {
  return new SqlError({
    sqlstate: 'XX000',
    message: 'the engine ended the result before its last row',
    hint: 'an error while rows were already being sent, e.g. a damaged data file, is the usual cause',
  });
}

/** XX000: one statement at a time per connection. */
export function connectionBusy(): SqlError {
  return new SqlError({ sqlstate: 'XX000', message: 'the engine connection already runs a statement' });
}

/** 57P01: the engine's thread ended. */
export function engineGone(cause?: unknown): SqlError {
  return new SqlError({ sqlstate: '57P01', message: 'the engine has been closed' }, { cause });
}

/** 0A000: a file that is not on this machine. */
export function remoteFile(uri: string): SqlError {
  return notSupported(`reading "${uri}"`, 'only files on this machine can be read; map the location to a local folder');
}

/** 0A000: Parquet that neither DuckDB nor a copy can make readable. */
export function unsupportedParquet(what: string): SqlError {
  return notSupported(
    `${what} of a Parquet data file`,
    'rewrite the table with zstd, snappy, gzip or uncompressed Parquet files and standard encodings',
  );
}

/** 0A000: a file with a codec or encoding that DuckDB cannot read, too large to be copied into another form. */
export function tooLargeToTranscode(path: string, limitBytes: number): SqlError {
  return notSupported(
    `the codec or an encoding of data file "${path}", which is larger than ${limitBytes} bytes,`,
    'rewrite the table with zstd, snappy, gzip or uncompressed Parquet files and standard encodings',
  );
}

/** 53100: copies of files that are being read leave no room for another. */
export function temporarySpaceUsedUp(): SqlError {
  return new SqlError({
    sqlstate: '53100',
    message: 'temporary disk space is used up',
    hint: 'raise the limit on temporary files, or make the query smaller',
  });
}

/** 0A000: data or delete files of another format. */
export function unsupportedFileFormat(table: string, format: string, what: 'data' | 'delete'): SqlError {
  return notSupported(
    `reading ${format} ${what} files of table "${table}"`,
    'rewrite the table with Parquet files (write.format.default = parquet)',
  );
}

/** 0A000: Parquet without field ids in a table without a name mapping. */
export function noFieldIds(table: string, path: string): SqlError {
  return notSupported(
    `reading data file "${path}" of table "${table}", which has no field ids,`,
    'set the table property schema.name-mapping.default',
  );
}

/** 0A000: a column type of Iceberg that cannot be read or written. */
export function unsupportedColumnType(type: string): SqlError {
  return notSupported(`column type ${type}`, 'leave the column out of the query');
}

/** XX001: a file whose contents contradict the table's metadata. */
export function dataCorrupted(message: string, cause?: unknown): SqlError {
  return new SqlError({ sqlstate: 'XX001', message }, { cause });
}

/** What a client sends does not fit into the temporary folder. */
export function temporarySpaceExhausted(limitBytes: number): SqlError {
  return new SqlError({
    sqlstate: '53100',
    message: `temporary file size exceeds the limit of ${limitBytes} bytes`,
    hint: 'Raise limits.tempDiskBytes, or send less at once.',
  });
}
