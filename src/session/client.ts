import type { SqlErrorFields } from '../base/sql-error.ts';
import type { Field } from '../pgtype/pgtype.ts';

/** A step of COPY FROM STDIN as the client sends it. */
export type CopyInput =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'done' }
  | { readonly kind: 'fail'; readonly message: string }
  /** A message of another type, which ends the connection. */
  | { readonly kind: 'unexpected'; readonly type: number }
  | { readonly kind: 'lost' };

/**
 * The other end of a session: one method per message that it can be sent. Messages are kept until `flush`, `ready`, an
 * error or a full buffer; nothing here waits but `writable`.
 */
export interface Client {
  rowDescription(fields: readonly Field[], formats: readonly (0 | 1)[]): void;
  /** Whole DataRow messages; the bytes are not touched by the caller any more. `sent`: nor by the client. */
  dataRows(bytes: Uint8Array, sent?: () => void): void;
  commandComplete(tag: string): void;
  /** The value in the format that was asked for. */
  functionCallResponse(value: Uint8Array | null): void;
  emptyQuery(): void;
  parseComplete(): void;
  bindComplete(): void;
  closeComplete(): void;
  noData(): void;
  portalSuspended(): void;
  parameterDescription(oids: readonly number[]): void;
  parameterStatus(name: string, value: string): void;
  notification(processId: number, channel: string, payload: string): void;
  /** Format 1 is binary; one entry of `columns` per column. */
  copyInResponse(format: 0 | 1, columns: readonly (0 | 1)[]): void;
  copyOutResponse(format: 0 | 1, columns: readonly (0 | 1)[]): void;
  /** Whole CopyData messages; the bytes are not touched by the caller any more. */
  copyRows(bytes: Uint8Array, sent?: () => void): void;
  copyDone(): void;
  /** What the client sends after copyInResponse; CopyData messages that are there are joined. `lost` when it aborts. */
  nextCopyInput(signal: AbortSignal): Promise<CopyInput>;
  error(fields: SqlErrorFields): void;
  /** `severity` is WARNING, NOTICE, DEBUG, INFO or LOG. */
  notice(fields: Omit<SqlErrorFields, 'severity'> & { readonly severity: string }): void;
  /** I idle, T in a transaction block, E in a failed one. */
  ready(status: 'I' | 'T' | 'E'): void;
  flush(): void;
  /** Resolves when the client takes more, at once (undefined) if it does; also when the connection is lost. */
  writable(): Promise<void> | undefined;
  /** Sends what is left and closes the connection. */
  end(): void;
}
