/**
 * Room `copy`: the data formats of COPY, pure. Options of the statement, a byte stream cut into fields (text and CSV,
 * binary), and result rows written as text, CSV or binary. It knows no types: a field is bytes.
 *
 * Words, all PostgreSQL's: the *null string* and *default string* stand for a value; a *field* is raw (as it stands in
 * the stream) until its escapes or quotes are read. `parquet` and `arrow` are formats of our own: a whole Parquet file,
 * an Arrow IPC stream.
 *
 * Differs from PostgreSQL: only UTF8 is read and written.
 */
export type CopyFormat = 'text' | 'csv' | 'binary' | 'parquet' | 'arrow';

/** Options of one COPY, defaults filled in. Delimiter, quote and escape are one byte each. */
export type CopyOptions = {
  readonly format: CopyFormat;
  readonly delimiter: string;
  readonly nullText: string;
  /** Stands for the column's default; COPY FROM only. */
  readonly defaultText: string | undefined;
  readonly header: 'none' | 'line' | 'match';
  readonly quote: string;
  readonly escape: string;
  readonly forceQuote: ColumnChoice;
  readonly forceNotNull: ColumnChoice;
  readonly forceNull: ColumnChoice;
  readonly onError: 'stop' | 'ignore';
  /** Rows that ON_ERROR ignore may skip; undefined for any number. */
  readonly rejectLimit: number | undefined;
  readonly logVerbosity: 'silent' | 'default' | 'verbose';
};

/** Columns that an option names, `*` for all. */
export type ColumnChoice = '*' | readonly string[];
