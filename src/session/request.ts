import type { SqlError } from '../base/sql-error.ts';

/** What a client asks of its session: one per message of the protocol (PostgreSQL, "Message Formats", frontend). */
export type Request =
  | { readonly kind: 'query'; readonly text: string }
  | {
      readonly kind: 'parse';
      /** Empty for the unnamed statement. */
      readonly name: string;
      readonly text: string;
      /** 0 leaves a type to the analysis; may be shorter than the parameters of the text. */
      readonly parameterOids: readonly number[];
    }
  | BindRequest
  | FunctionCallRequest
  | { readonly kind: 'describe' | 'close'; readonly of: 'statement' | 'portal'; readonly name: string }
  /** `maxRows` 0 is no limit. */
  | { readonly kind: 'execute'; readonly portal: string; readonly maxRows: number }
  | { readonly kind: 'flush' | 'sync' | 'terminate' | 'copyData' | 'copyDone' | 'copyFail' }
  /** A message whose frame is right and whose body is not; `extended` as its type belongs to the extended protocol. */
  | { readonly kind: 'malformed'; readonly error: SqlError; readonly extended: boolean };

export type BindRequest = {
  readonly kind: 'bind';
  readonly portal: string;
  readonly statement: string;
  /** None, one for all, or one each; likewise `resultFormats`. */
  readonly parameterFormats: readonly (0 | 1)[];
  readonly values: readonly (Uint8Array | null)[];
  readonly resultFormats: readonly (0 | 1)[];
};

export type FunctionCallRequest = {
  readonly kind: 'functionCall';
  readonly functionOid: number;
  /** None, one for all, or one each. */
  readonly argumentFormats: readonly (0 | 1)[];
  readonly values: readonly (Uint8Array | null)[];
  readonly resultFormat: 0 | 1;
};
