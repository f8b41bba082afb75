import { isUtf8 } from 'node:buffer';
import { SqlError } from '../../base/sql-error.ts';
import { badFormat } from '../../copy/errors.ts';
import { BATCH_ROWS, FIELD } from '../../copy/field-batch.ts';
import type { FieldBatch, FieldReader } from '../../copy/field-batch.ts';
import { decodeBinary } from '../../pgtype/decode-binary.ts';
import { decodeText } from '../../pgtype/decode-text.ts';
import { decodeUtf8 } from '../../pgtype/decode-utf8.ts';
import { textFormatter } from '../../pgtype/text-formatter.ts';
import type { TextFormatter } from '../../pgtype/text-formatter.ts';
import { withinTypmod } from '../../pgtype/within-typmod.ts';
import type { PgValue } from '../../pgtype/pgtype.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import type { CopyColumn, CopySpec, CopyVerdict } from './copy-spec.ts';
import { fastField } from './fast-field.ts';
import type { FastField } from './fast-field.ts';
import { storeValue } from './store-value.ts';
import type { StoreValue } from './store-value.ts';

/** `isSoft`: ON_ERROR ignore skips the row. `text` is null for a null, or for a binary value. */
export type FieldProblem = {
  readonly row: number;
  readonly column: number;
  readonly error: SqlError;
  readonly text: string | null;
  readonly isSoft: boolean;
};

/** A field that only Postgres reads. */
export type OpenField = { readonly row: number; readonly column: number; readonly text: string };

/** One column's fields to values of a buffer. */
export class ColumnReader {
  readonly #column: CopyColumn;
  readonly #index: number;
  readonly #buffer: ColumnBuffer;
  readonly #reader: FieldReader;
  readonly #isBinary: boolean;
  readonly #nullText: Uint8Array;
  readonly #fast: FastField | undefined;
  readonly #store: StoreValue;
  readonly #format: TextFormatter;

  constructor(column: CopyColumn, index: number, buffer: ColumnBuffer, reader: FieldReader, spec: CopySpec) {
    this.#column = column;
    this.#index = index;
    this.#buffer = buffer;
    this.#reader = reader;
    this.#isBinary = spec.delimited === undefined;
    this.#nullText = spec.delimited?.nullText ?? new Uint8Array(0);
    this.#fast = this.#isBinary ? undefined : fastField(column, buffer);
    this.#store = storeValue(column, buffer);
    this.#format = textFormatter(spec.settings);
  }

  /** Reads the first `rowCount` rows; stops at its first hard problem. */
  read(batch: FieldBatch, rowCount: number, problems: FieldProblem[], open: OpenField[]): void {
    const { starts, ends, kinds, bytes } = batch;
    const base = this.#index * BATCH_ROWS;
    const fast = this.#fast;
    const forced = this.#column.forceNotNull || this.#column.forceNull;
    this.#buffer.clear();
    for (let row = 0; row < rowCount; row++) {
      const kind = kinds[base + row]!;
      if (
        kind === FIELD.plain &&
        fast !== undefined &&
        !forced &&
        fast(bytes, starts[base + row]!, ends[base + row]!, row)
      )
        continue;
      if (kind === FIELD.null && !this.#column.forceNotNull) {
        this.#buffer.setNull(row);
        continue;
      }
      if (kind === FIELD.missing) {
        this.#buffer.setNull(row);
        const error = badFormat(`missing data for column "${this.#column.name}"`);
        problems.push({ row, column: this.#index, error, text: null, isSoft: false });
        return;
      }
      this.#readSlowly(this.#bytesOf(batch, row), row, problems, open);
    }
  }

  /** What Postgres made of an open field. */
  settle({ row, text }: OpenField, verdict: CopyVerdict, problems: FieldProblem[]): void {
    if ('error' in verdict) {
      this.#reject(row, new SqlError(verdict.error), text, problems);
      return;
    }
    this.#attempt(row, text, problems, () => decodeBinary(this.#column.typeOid, verdict.bytes));
  }

  /** The value as DETAIL shows it. */
  text(batch: FieldBatch, row: number): string {
    if (batch.kinds[this.#index * BATCH_ROWS + row] === FIELD.null) return 'null';
    const bytes = this.#bytesOf(batch, row);
    const value = this.#isBinary
      ? decodeBinary(this.#column.typeOid, bytes)
      : decodeText(this.#column.typeOid, Buffer.from(bytes).toString('utf8'));
    if (value === undefined || value === null) return Buffer.from(bytes).toString('utf8');
    return this.#format(this.#column.typeOid, withinTypmod(this.#column.typeOid, this.#column.typmod, value) ?? value);
  }

  #bytesOf(batch: FieldBatch, row: number): Uint8Array {
    const place = this.#index * BATCH_ROWS + row;
    const [start, end] = [batch.starts[place]!, batch.ends[place]!];
    switch (batch.kinds[place]) {
      case FIELD.null:
        return this.#nullText;
      case FIELD.escaped:
        return this.#reader.unescape(batch.bytes, start, end);
      default:
        return batch.bytes.subarray(start, end);
    }
  }

  #readSlowly(bytes: Uint8Array, row: number, problems: FieldProblem[], open: OpenField[]): void {
    if (this.#isBinary) {
      this.#attempt(row, null, problems, () => within(this.#column, decodeBinary(this.#column.typeOid, bytes)));
      return;
    }
    if (this.#column.forceNull && Buffer.compare(bytes, this.#nullText) === 0) {
      this.#buffer.setNull(row);
      return;
    }
    if (!isUtf8(bytes) || bytes.includes(0)) {
      this.#attempt(row, null, problems, () => decodeUtf8(bytes));
      return;
    }
    if (this.#fast?.(bytes, 0, bytes.length, row) === true) return;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    this.#attempt(row, text, problems, () => {
      const value = decodeText(this.#column.typeOid, text);
      const fitted = value === undefined ? undefined : within(this.#column, value);
      if (fitted === undefined) open.push({ row, column: this.#index, text });
      return fitted;
    });
  }

  #attempt(row: number, text: string | null, problems: FieldProblem[], decode: () => PgValue | undefined): void {
    try {
      const value = decode();
      if (value === undefined) return;
      if (value === null) this.#buffer.setNull(row);
      else this.#store(row, value);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.#reject(row, error, text, problems);
    }
  }

  #reject(row: number, error: SqlError, text: string | null, problems: FieldProblem[]): void {
    this.#buffer.setNull(row);
    const isSoft = error.sqlstate.startsWith('22') && error.sqlstate !== '22021';
    problems.push({ row, column: this.#index, error, text, isSoft: isSoft || this.#isBinary });
  }
}

function within(column: CopyColumn, value: PgValue): PgValue | undefined {
  return withinTypmod(column.typeOid, column.typmod, value);
}
