import { SqlError } from '../../base/sql-error.ts';

/** Texts of the errors that templates raise as `CAST('!SQLSTATE' || x AS T)`; the target type may choose. */
const RAISED: ReadonlyMap<string, string> = new Map([
  ['0A000', 'computing with a value that the engine cannot hold is not supported'],
  ['21000', 'more than one row returned by a subquery used as an expression'],
  ['22001', 'value too long for the type'],
  ['22004', 'null value not allowed'],
  ['22008', 'date/time field value out of range'],
  ['22011', 'negative substring length not allowed'],
  ['22012', 'division by zero'],
  ['22013', 'invalid preceding or following size in window function'],
  ['22014', 'argument of ntile must be greater than zero'],
  ['22015', 'interval field overflow'],
  ['22016', 'argument of nth_value must be greater than zero'],
  ['22021', 'requested character is not valid for the encoding'],
  ['22023', 'invalid parameter value'],
  ['22025', 'LIKE pattern must not end with escape character'],
  ['22019', 'invalid escape string'],
  ['2201B', 'invalid regular expression'],
  ['2201E', 'cannot take logarithm of a negative number'],
  ['2201F', 'cannot take square root of a negative number'],
  ['2201W', 'LIMIT must not be negative'],
  ['2201X', 'OFFSET must not be negative'],
  ['22P02', 'invalid input syntax'],
  ['2202E', 'array subscript out of range'],
  ['42846', 'cannot cast'],
  ['54000', 'requested length too large'],
]);

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['INT8', 'smallint'],
  ['INT16', 'smallint'],
  ['INT32', 'integer'],
  ['INT64', 'bigint'],
  ['INT128', 'numeric'],
  ['FLOAT', 'real'],
  ['DOUBLE', 'double precision'],
  ['DATE', 'date'],
  ['TIMESTAMP', 'timestamp'],
  ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
  ['TIMESTAMP_TZ', 'timestamp'],
  ['INTERVAL', 'interval'],
  ['BOOL', 'boolean'],
  ['UUID', 'uuid'],
]);

/**
 * The one place where DuckDB's errors become SqlErrors: raised `!SQLSTATE`s first, then its classes. What is left is
 * XX000 with a plain message; the original goes to the log.
 */
export function engineError(error: unknown, interrupted: boolean): SqlError {
  if (error instanceof SqlError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const hosted = /Error: !([0-9A-Z]{5}): ([\s\S]*)$/.exec(text);
  if (hosted !== null) return make(hosted[1]!, hosted[2]!.replace(/\n\nLINE [\s\S]*$/, ''), error);
  const worded = /!([0-9A-Z]{5}): ([^!]*)!/.exec(text);
  if (worded !== null) return make(worded[1]!, worded[2]!, error);
  const raised = /['"]!([0-9A-Z]{5})[\s\S]* to ([A-Z][A-Z0-9_ ]*)/.exec(text) ?? /!([0-9A-Z]{5})/.exec(text);
  if (raised !== null) return make(raised[1]!, raisedText(raised[1]!, raised[2]?.trim()), error);
  if (interrupted || /^INTERRUPT Error/i.test(text))
    return make('57014', 'canceling statement due to user request', error);
  if (text.startsWith('Out of Memory Error') || /failed to (allocate|pin) /i.test(text)) {
    if (
      /max_temp_directory_size|temp_directory|temporary/i.test(text) &&
      /disk|director/i.test(text) &&
      /full|exceed|limit|max_temp/i.test(text)
    ) {
      return make(
        '53100',
        'temporary disk space is used up',
        error,
        'raise the limit on temporary files, or make the query smaller',
      );
    }
    return make('53200', 'out of memory', error, 'raise the memory limit, or make the query smaller');
  }
  if (/No space left on device/i.test(text))
    return make('53100', 'could not write temporary file: no space left on device', error);
  const exhausted = /nextval: reached (?:maximum|minimum) value of sequence "\w+" \(-?\d+\)/.exec(text);
  if (exhausted !== null) return make('2200H', exhausted[0], error);
  if (/More than one row returned by a subquery/i.test(text)) return make('21000', RAISED.get('21000')!, error);
  // The excerpt of the generated statement says nothing about what failed.
  return byClass(text.replace(/\n+LINE \d+: [\s\S]*$/, ''), error);
}

function byClass(text: string, error: unknown): SqlError {
  if (/Unsupported compression codec|encoding is only supported|Unsupported (encoding|page)/.test(text)) {
    return make(
      '0A000',
      'a data file uses a Parquet codec or encoding that is not supported',
      error,
      'rewrite the table with zstd, snappy, gzip or uncompressed Parquet files and standard encodings',
    );
  }
  if (text.startsWith('Out of Range Error')) return outOfRange(text, error);
  if (text.startsWith('Conversion Error')) {
    if (
      /out of range|can't be cast because|Could not cast value|Failed to cast decimal value|not in (timestamp )?range/i.test(
        text,
      )
    ) {
      return outOfRange(text, error);
    }
    const failed = /Could not convert string ['"]([\s\S]*)['"] to ([A-Z0-9_(), ]+)/.exec(text);
    if (failed !== null) {
      const type =
        TYPE_NAMES.get(failed[2]!.trim()) ??
        (failed[2]!.startsWith('DECIMAL') ? 'numeric' : failed[2]!.trim().toLowerCase());
      return make('22P02', `invalid input syntax for type ${type}: "${failed[1]}"`, error);
    }
    if (/invalid (date|time|timestamp|interval)/i.test(text)) {
      return make('22007', 'invalid input syntax for a date or time', error);
    }
    return make('22P02', 'invalid input syntax', error);
  }
  if (
    /^(IO|Invalid Input|Serialization|TransactionContext) Error[\s\S]*(parquet|No files found|Cannot open file|magic bytes|corrupt|snappy|zstd)/i.test(
      text,
    )
  ) {
    return make('58030', 'could not read a data file', error);
  }
  if (/Unimplemented type for cast \(.*\[\]/.test(text))
    return make(
      '0A000',
      'an array of another number of dimensions than the column has is not supported',
      error,
      'Declare the column with as many pairs of brackets as its arrays have dimensions, e.g. integer[][].',
    );
  // A translation that DuckDB cannot bind, e.g. a lambda in HAVING or a correlated value in one: nothing was computed.
  if (/^(Binder|Not implemented) Error/.test(text))
    return make(
      '0A000',
      'this combination of expressions over table columns is not supported',
      error,
      'compute a part of it in a subquery',
    );
  return make('XX000', 'the query engine failed', error);
}

function outOfRange(text: string, error: unknown): SqlError {
  if (/date|timestamp|time|interval/i.test(text)) {
    return make(
      '22008',
      `${/interval/i.test(text) ? 'interval' : /timestamp/i.test(text) ? 'timestamp' : 'date'} out of range`,
      error,
    );
  }
  // Postgres has more digits: the answer exists, and is not known here.
  if (
    /^Out of Range Error: Overflow in (multiplication|addition|subtraction) of DECIMAL|Overflow in HUGEINT/.test(text)
  ) {
    return make(
      '0A000',
      'a numeric of more digits than the engine holds is not supported',
      error,
      'cast the operands to numeric types of fewer digits, or to double precision',
    );
  }
  const type = [...text.matchAll(/\b(INT8|INT16|INT32|INT64|INT128|HUGEINT|FLOAT|DOUBLE|DECIMAL)\b/g)].at(-1)?.[1];
  return make('22003', type === 'DECIMAL' ? 'numeric field overflow' : rangeText(type), error);
}

function rangeText(type: string | undefined): string {
  switch (type) {
    case 'INT8':
    case 'INT16':
      return 'smallint out of range';
    case 'INT32':
      return 'integer out of range';
    case 'INT64':
      return 'bigint out of range';
    case 'FLOAT':
    case 'DOUBLE':
      return 'value out of range: overflow';
    default:
      return 'value overflows numeric format';
  }
}

function raisedText(sqlstate: string, type: string | undefined): string {
  if (sqlstate === '22003') return rangeText(type?.replace(/\(.*/, ''));
  if (sqlstate === '22008' && type !== undefined) return `${TYPE_NAMES.get(type) ?? 'timestamp'} out of range`;
  return RAISED.get(sqlstate) ?? 'the statement failed';
}

function make(sqlstate: string, message: string, cause: unknown, hint?: string): SqlError {
  return new SqlError({ sqlstate, message, ...(hint !== undefined && { hint }) }, { cause });
}
