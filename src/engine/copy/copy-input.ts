import { isUtf8 } from 'node:buffer';
import duckdb from '@duckdb/node-bindings';
import type { Appender, Connection, LogicalType } from '@duckdb/node-bindings';
import type { SqlError } from '../../base/sql-error.ts';
import { BinaryReader } from '../../copy/binary-reader.ts';
import { DelimitedReader } from '../../copy/delimited-reader.ts';
import { BATCH_ROWS, FieldBatch } from '../../copy/field-batch.ts';
import type { FieldReader } from '../../copy/field-batch.ts';
import { decodeUtf8 } from '../../pgtype/decode-utf8.ts';
import { engineType } from '../row/engine-type.ts';
import { ColumnBuffer } from './column-buffer.ts';
import { ColumnReader } from './column-reader.ts';
import type { FieldProblem, OpenField } from './column-reader.ts';
import { clippedLine, failedRow, nullInRequired, tooManyRejected, withField, withLine } from './errors.ts';
import type { CopyAnswer, CopyProgress, CopyQuestion, CopySpec } from './copy-spec.ts';

/** Asks the embedded Postgres. */
export type AskPostgres = (question: CopyQuestion) => Promise<CopyAnswer>;

/**
 * COPY FROM in the engine's thread: bytes to fields, fields to columns, columns to the temp table `copied`. The first
 * wrong row, in the order of the stream, ends it; what only Postgres reads is asked per batch.
 */
export class CopyInput {
  readonly #spec: CopySpec;
  readonly #ask: AskPostgres;
  readonly #reader: FieldReader;
  readonly #batch: FieldBatch;
  readonly #types: readonly LogicalType[];
  readonly #buffers: readonly ColumnBuffer[];
  readonly #columns: readonly ColumnReader[];
  readonly #connection: Connection;
  readonly #keep = new Uint8Array(BATCH_ROWS);
  #appender: Appender | undefined;
  #skipped = 0;
  #wrongRow = 0;
  #notices: string[] = [];

  constructor(connection: Connection, spec: CopySpec, types: readonly LogicalType[], ask: AskPostgres) {
    this.#connection = connection;
    this.#spec = spec;
    this.#ask = ask;
    this.#types = types;
    this.#reader = spec.delimited === undefined ? new BinaryReader() : new DelimitedReader(spec.delimited);
    this.#batch = new FieldBatch(spec.columns.length);
    this.#buffers = types.map((type) => new ColumnBuffer(engineType(type)));
    this.#columns = spec.columns.map(
      (column, index) => new ColumnReader(column, index, this.#buffers[index]!, this.#reader, spec),
    );
  }

  /** Takes bytes, or the end of the stream (undefined). */
  async read(bytes: Uint8Array | undefined): Promise<CopyProgress> {
    if (bytes === undefined) this.#reader.end();
    else this.#reader.push(bytes);
    let rowCount = 0;
    this.#notices = [];
    const before = this.#skipped;
    for (let more = true; more;) {
      more = this.#reader.read(this.#batch);
      rowCount += await this.#useBatch();
    }
    return { rowCount, line: this.#reader.line, skipped: this.#skipped - before, notices: this.#notices };
  }

  /** Everything read so far is in the table. */
  flush(): void {
    if (this.#appender !== undefined) duckdb.appender_close_sync(this.#appender);
    this.#appender = undefined;
  }

  async #useBatch(): Promise<number> {
    const batch = this.#batch;
    this.#checkEncoding();
    this.#wrongRow = batch.rowCount;
    try {
      if (batch.rowCount > 0) await this.#decode(batch.rowCount);
    } catch (error) {
      this.#appendBefore(this.#wrongRow);
      throw error;
    }
    if (batch.failure !== undefined) this.#appendBefore(batch.rowCount);
    // The header of the binary format belongs to no line.
    if (batch.failure !== undefined)
      throw batch.lines[batch.failure.row] === 0
        ? batch.failure.error
        : failedRow(batch.failure.error, this.#spec, batch);
    if (batch.rowCount === 0) return 0;
    this.#keepLines(batch.rowCount);
    const kept = this.#compact(batch.rowCount);
    this.#append(kept);
    return kept;
  }

  /** Decodes all columns; raises the first problem in the order of the stream. */
  async #decode(total: number): Promise<void> {
    const batch = this.#batch;
    this.#keep.fill(1, 0, total);
    const problems: FieldProblem[] = [];
    const open: OpenField[] = [];
    for (const column of this.#columns) column.read(batch, total, problems, open);
    if (open.length > 0) await this.#resolve(open, problems);
    problems.sort((a, b) => a.row - b.row || a.column - b.column);
    for (const problem of problems) this.#raiseOrSkip(problem);
    this.#checkRequired(total);
  }

  #raiseOrSkip(problem: FieldProblem): void {
    const { row, column, error, text, isSoft } = problem;
    const batch = this.#batch;
    const stop = !(this.#spec.ignoreErrors && isSoft);
    if (stop) {
      this.#checkRequired(row);
      this.#wrongRow = row;
      const { name } = this.#spec.columns[column]!;
      throw isSoft ? withField(error, this.#spec, batch, row, name, text) : withLine(error, this.#spec, batch, row);
    }
    if (this.#keep[row] === 0) return;
    this.#keep[row] = 0;
    this.#skipped++;
    const { rejectLimit } = this.#spec;
    const line = batch.lines[row]!;
    const { name } = this.#spec.columns[column]!;
    if (this.#spec.verbose)
      this.#notices.push(
        `skipping row due to data type incompatibility at line ${line} for column "${name}": ${text === null ? 'null input' : `"${text}"`}`,
      );
    if (rejectLimit !== undefined && this.#skipped > rejectLimit)
      throw withField(tooManyRejected(rejectLimit), this.#spec, batch, row, name, text);
  }

  /** NOT NULL, for the rows before `end`. */
  #checkRequired(end: number): void {
    const { columns, missing } = this.#spec;
    let first: { readonly row: number; readonly name: string } | undefined;
    const attnums = columns.map((column, index) => ({ column, index })).filter(({ column }) => column.required);
    attnums.sort((a, b) => a.column.attnum - b.column.attnum);
    for (const { column, index } of attnums) {
      const { validity } = this.#buffers[index]!;
      const limit = first?.row ?? end;
      for (let row = 0; row < limit; row++) {
        if (((validity[row >> 3]! >> (row & 7)) & 1) === 1 || this.#keep[row] === 0) continue;
        first = { row, name: column.name };
        break;
      }
    }
    if (missing !== undefined && end > 0 && (first?.row ?? end) > 0) first = { row: 0, name: missing };
    if (first === undefined) return;
    this.#wrongRow = first.row;
    const texts = this.#columns.map((column) => column.text(this.#batch, first.row));
    throw withLine(nullInRequired(this.#spec, first.name, texts), this.#spec, this.#batch, first.row);
  }

  async #resolve(open: readonly OpenField[], problems: FieldProblem[]): Promise<void> {
    const byColumn = new Map<number, OpenField[]>();
    for (const field of open) byColumn.set(field.column, [...(byColumn.get(field.column) ?? []), field]);
    const asked = [...byColumn];
    const answer = await this.#ask({
      columns: asked.map(([column, fields]) => ({ column, values: fields.map(({ text }) => text) })),
    });
    for (const [index, [column, fields]] of asked.entries())
      for (const [at, field] of fields.entries()) this.#columns[column]!.settle(field, answer[index]![at]!, problems);
  }

  /** PostgreSQL checks the bytes of a line before it looks at its fields. */
  #checkEncoding(): void {
    const batch = this.#batch;
    if (this.#spec.delimited === undefined) return;
    const last = batch.failureHasText && batch.failure !== undefined ? batch.failure.row : batch.rowCount - 1;
    if (last < 0) return;
    const whole = batch.bytes.subarray(batch.rowStarts[0], batch.rowEnds[last]);
    if (isUtf8(whole) && !whole.includes(0)) return;
    for (let row = 0; row <= last; row++) {
      const bytes = batch.bytes.subarray(batch.rowStarts[row], batch.rowEnds[row]);
      if (isUtf8(bytes) && !bytes.includes(0)) continue;
      try {
        decodeUtf8(bytes);
      } catch (error) {
        batch.rowCount = row;
        batch.failure = { row, column: -1, error: error as SqlError };
        batch.failureHasText = false;
        return;
      }
    }
  }

  #compact(rowCount: number): number {
    let kept = 0;
    for (let row = 0; row < rowCount; row++) kept += this.#keep[row]!;
    if (kept === rowCount) return kept;
    for (const buffer of this.#buffers) buffer.compact(this.#keep, rowCount);
    return kept;
  }

  /** Where constraints are looked at later, the rows before a wrong one are kept: theirs may be the first error. */
  #appendBefore(row: number): void {
    if (!this.#spec.keepLines) return;
    this.#keepLines(row);
    this.#append(this.#compact(row));
  }

  #keepLines(rowCount: number): void {
    if (!this.#spec.keepLines) return;
    const batch = this.#batch;
    const [lines, texts] = this.#buffers.slice(-2);
    lines!.clear();
    texts!.clear();
    for (let row = 0; row < rowCount; row++) {
      lines!.setLong(row, batch.lines[row]!);
      const text = batch.bytes.subarray(batch.rowStarts[row], batch.rowEnds[row]);
      const shown = Buffer.from(clippedLine(this.#spec.delimited === undefined ? new Uint8Array(0) : text));
      texts!.setText(row, shown, 0, shown.length);
    }
  }

  #append(rowCount: number): void {
    if (rowCount === 0) return;
    const chunk = duckdb.create_data_chunk(this.#types);
    this.#buffers.forEach((buffer, index) => buffer.write(duckdb.data_chunk_get_vector(chunk, index), rowCount));
    duckdb.data_chunk_set_size(chunk, rowCount);
    this.#appender ??= duckdb.appender_create(this.#connection, null, 'copied');
    duckdb.append_data_chunk(this.#appender, chunk);
  }
}
