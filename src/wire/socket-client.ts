import type { Duplex } from 'node:stream';
import type { SqlErrorFields } from '../base/sql-error.ts';
import type { Field } from '../pgtype/pgtype.ts';
import type { Client, CopyInput } from '../session/client.ts';
import { encodeError } from './encode-error.ts';
import { MessageWriter } from './message-writer.ts';
import type { RequestQueue } from './request-queue.ts';

/** Messages wait here for each other up to this size; what is flushed leaves at the end of the tick. */
const SEND_BYTES = 32 * 1024;
/** Rows from here on are sent as they are, without a copy. */
const OWN_WRITE_BYTES = 8 * 1024;

/** A session's client on a socket: encodes every message of the server and waits when the socket is full. */
export class SocketClient implements Client {
  readonly #socket: Duplex;
  readonly #requests: RequestQueue;
  readonly #writer = new MessageWriter();
  #flushing = false;

  constructor(socket: Duplex, requests: RequestQueue) {
    this.#socket = socket;
    this.#requests = requests;
  }

  /** Authentication messages: AuthenticationOk is code 0 without a payload. */
  authentication(code: number, payload: Uint8Array = new Uint8Array()): void {
    this.#writer.begin('R').int32(code).bytes(payload).end();
  }

  negotiateProtocolVersion(minor: number, unknownOptions: readonly string[]): void {
    this.#writer
      .begin('v')
      .int32(3 * 65536 + minor)
      .int32(unknownOptions.length);
    for (const option of unknownOptions) this.#writer.string(option);
    this.#writer.end();
  }

  backendKey(processId: number, secret: Uint8Array): void {
    this.#writer.begin('K').int32(processId).bytes(secret).end();
  }

  rowDescription(fields: readonly Field[], formats: readonly (0 | 1)[]): void {
    this.#writer.begin('T').uint16(fields.length);
    fields.forEach((field, index) => {
      this.#writer.string(field.name).uint32(field.tableOid).int16(field.attnum).uint32(field.typeOid);
      this.#writer
        .int16(field.typeSize)
        .int32(field.typmod)
        .int16(formats[index] ?? 0);
    });
    this.#writer.end();
  }

  dataRows(bytes: Uint8Array, sent?: () => void): void {
    if (bytes.length < OWN_WRITE_BYTES) {
      this.#writer.bytes(bytes);
      sent?.();
      return;
    }
    this.#send();
    this.#socket.write(bytes, sent && (() => sent()));
  }

  copyInResponse(format: 0 | 1, columns: readonly (0 | 1)[]): void {
    this.#copyResponse('G', format, columns);
  }

  copyOutResponse(format: 0 | 1, columns: readonly (0 | 1)[]): void {
    this.#copyResponse('H', format, columns);
  }

  copyRows(bytes: Uint8Array, sent?: () => void): void {
    this.dataRows(bytes, sent);
  }

  copyDone(): void {
    this.#writer.begin('c').end();
  }

  async nextCopyInput(signal: AbortSignal): Promise<CopyInput> {
    return await this.#requests.pullCopyInput(signal);
  }

  commandComplete(tag: string): void {
    this.#writer.begin('C').string(tag).end();
  }

  functionCallResponse(value: Uint8Array | null): void {
    this.#writer.begin('V').int32(value?.length ?? -1);
    if (value !== null) this.#writer.bytes(value);
    this.#writer.end();
  }

  emptyQuery(): void {
    this.#writer.begin('I').end();
  }

  parseComplete(): void {
    this.#writer.begin('1').end();
  }

  bindComplete(): void {
    this.#writer.begin('2').end();
  }

  closeComplete(): void {
    this.#writer.begin('3').end();
  }

  noData(): void {
    this.#writer.begin('n').end();
  }

  portalSuspended(): void {
    this.#writer.begin('s').end();
  }

  parameterDescription(oids: readonly number[]): void {
    // The count has 16 bits: of more parameters PostgreSQL too sends the lower ones only.
    this.#writer.begin('t').uint16(oids.length & 0xffff);
    for (const oid of oids) this.#writer.uint32(oid);
    this.#writer.end();
  }

  parameterStatus(name: string, value: string): void {
    this.#writer.begin('S').string(name).string(value).end();
  }

  notification(processId: number, channel: string, payload: string): void {
    this.#writer.begin('A').int32(processId).string(channel).string(payload).end();
  }

  error(fields: SqlErrorFields): void {
    encodeError(this.#writer, 'E', fields);
    this.flush();
  }

  notice(fields: Omit<SqlErrorFields, 'severity'> & { readonly severity: string }): void {
    encodeError(this.#writer, 'N', fields);
    this.flush();
  }

  ready(status: 'I' | 'T' | 'E'): void {
    this.#writer.begin('Z').byte(status.charCodeAt(0)).end();
    this.flush();
  }

  /** Pipelined requests that are answered in one tick share one write. */
  flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    process.nextTick(() => {
      this.#flushing = false;
      this.#send();
    });
  }

  writable(): Promise<void> | undefined {
    if (this.#writer.length >= SEND_BYTES) this.#send();
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
  }

  end(): void {
    this.#send();
    this.#socket.end();
  }

  #copyResponse(type: 'G' | 'H', format: 0 | 1, columns: readonly (0 | 1)[]): void {
    this.#writer.begin(type).byte(format).uint16(columns.length);
    for (const column of columns) this.#writer.int16(column);
    this.#writer.end();
  }

  #send(): void {
    if (this.#writer.length === 0) return;
    const bytes = this.#writer.take();
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    this.#socket.write(bytes, () => this.#writer.reuse(bytes));
  }
}
