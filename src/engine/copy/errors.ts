import { SqlError } from '../../base/sql-error.ts';
import type { FieldBatch } from '../../copy/field-batch.ts';
import type { CopySpec } from './copy-spec.ts';

/** PostgreSQL shows so much of a line or value (MAX_COPY_DATA_DISPLAY), and of a row's values in DETAIL. */
const SHOWN_BYTES = 100;
const SHOWN_VALUE_BYTES = 64;

/** CONTEXT of a problem with one field (CopyFromErrorCallback). */
export function withField(
  error: SqlError,
  spec: CopySpec,
  batch: FieldBatch,
  row: number,
  column: string,
  text: string | null,
): SqlError {
  const place = `COPY ${spec.table}, line ${batch.lines[row]}, column ${column}`;
  if (spec.delimited === undefined) return error.with({ where: place });
  return error.with({ where: text === null ? `${place}: null input` : `${place}: "${clipped(text)}"` });
}

/** CONTEXT of a problem with a whole row. */
export function withLine(error: SqlError, spec: CopySpec, batch: FieldBatch, row: number): SqlError {
  const place = `COPY ${spec.table}, line ${batch.lines[row]}`;
  if (spec.delimited === undefined) return error.with({ where: place });
  const line = clippedLine(batch.bytes.subarray(batch.rowStarts[row], batch.rowEnds[row]));
  return error.with({ where: `${place}: "${line}"` });
}

/** A problem of the reader itself. */
export function failedRow(error: SqlError, spec: CopySpec, batch: FieldBatch): SqlError {
  const { row, column } = batch.failure!;
  if (batch.failureHasText) return withLine(error, spec, batch, row);
  const named = column < 0 ? '' : `, column ${spec.columns[column]!.name}`;
  return error.with({ where: `COPY ${spec.table}, line ${batch.lines[row]}${named}` });
}

/** NOT NULL; `texts` are the stream's columns. */
export function nullInRequired(spec: CopySpec, column: string, texts: readonly string[]): SqlError {
  const shown = spec.shown.map((index) => (index === -1 ? 'null' : clippedValue(texts[index]!)));
  return new SqlError({
    sqlstate: '23502',
    message: `null value in column "${column}" of relation "${spec.table}" violates not-null constraint`,
    detail: `Failing row contains (${shown.join(', ')}).`,
    schema: spec.schema,
    table: spec.table,
    column,
  });
}

export function tooManyRejected(limit: number): SqlError {
  return new SqlError({
    sqlstate: '22P02',
    message: `skipped more than REJECT_LIMIT (${limit}) rows due to data type incompatibility`,
  });
}

/** A line as CONTEXT shows it. */
export function clippedLine(bytes: Uint8Array): string {
  return clipped(Buffer.from(bytes).toString('utf8'));
}

function clipped(text: string): string {
  return Buffer.byteLength(text) <= SHOWN_BYTES ? text : `${firstBytes(text, SHOWN_BYTES)}...`;
}

function clippedValue(text: string): string {
  return Buffer.byteLength(text) <= SHOWN_VALUE_BYTES ? text : `${firstBytes(text, SHOWN_VALUE_BYTES)}...`;
}

/** Whole characters. */
function firstBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  let end = limit;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
