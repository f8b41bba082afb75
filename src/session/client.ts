import type { SqlErrorFields } from '../base/sql-error.ts';
import type { Field } from '../pgtype/pgtype.ts';

/**
 * The other end of a session: one method per message that it can be sent. Messages are kept until `flush`, `ready`, an
 * error or a full buffer; nothing here waits but `writable`.
 */
export interface Client {
  rowDescription(fields: readonly Field[], formats: readonly (0 | 1)[]): void;
  /** Whole DataRow messages; the bytes are not touched by the caller any more. */
  dataRows(bytes: Uint8Array): void;
  commandComplete(tag: string): void;
  emptyQuery(): void;
  parseComplete(): void;
  bindComplete(): void;
  closeComplete(): void;
  noData(): void;
  portalSuspended(): void;
  parameterDescription(oids: readonly number[]): void;
  parameterStatus(name: string, value: string): void;
  notification(processId: number, channel: string, payload: string): void;
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
