import type { DelimitedFormat } from '../../copy/delimited-reader.ts';
import type { TextSettings } from '../../pgtype/pgtype.ts';
import type { Type } from '../../iceberg/iceberg.ts';

/** What a COPY FROM reads, as plain data. Rows go to a temp table `copied` with columns `c<attnum>`. */
export type CopySpec = {
  /** Undefined for the binary format. */
  readonly delimited: DelimitedFormat | undefined;
  /** The table's name, for CONTEXT. */
  readonly table: string;
  readonly schema: string;
  /** Columns of the stream, in its order. */
  readonly columns: readonly CopyColumn[];
  /** A required column that no value comes for. */
  readonly missing: string | undefined;
  /** All columns of the table, for DETAIL: indexes into `columns`, -1 where the stream has none. */
  readonly shown: readonly number[];
  readonly settings: TextSettings;
  readonly ignoreErrors: boolean;
  readonly rejectLimit: number | undefined;
  readonly verbose: boolean;
  /** Rows keep their line and text: columns `line` and `raw`. */
  readonly keepLines: boolean;
};

export type CopyColumn = {
  readonly attnum: number;
  readonly name: string;
  readonly typeOid: number;
  readonly typmod: number;
  /** For the embedded Postgres. */
  readonly typeSql: string;
  /** How it is stored. */
  readonly type: Type;
  readonly required: boolean;
  readonly forceNotNull: boolean;
  readonly forceNull: boolean;
};

/** Fields that only Postgres reads; `format` as in Bind. */
export type CopyQuestion = {
  readonly columns: readonly { readonly column: number; readonly values: readonly string[] }[];
};

/** Per column and value: its binary form, or what Postgres says of it. */
export type CopyAnswer = readonly (readonly CopyVerdict[])[];

export type CopyVerdict =
  | { readonly bytes: Uint8Array }
  | {
      readonly error: {
        readonly sqlstate: string;
        readonly message: string;
        readonly detail?: string;
        readonly hint?: string;
      };
    };

/** What a step of reading did. */
export type CopyProgress = {
  readonly rowCount: number;
  /** Lines that were read since the beginning. */
  readonly line: number;
  readonly skipped: number;
  /** Messages of LOG_VERBOSITY verbose. */
  readonly notices: readonly string[];
};
