import { sqlText } from '../../base/sql-text.ts';
import type { AnswerQuestion } from '../../engine/engine.ts';
import type { CopyColumn, CopyVerdict } from '../../engine/copy/copy-spec.ts';
import { dataRowValues } from '../../postgres/read-reply.ts';
import { OID, arrayOidOf } from '../../pgtype/oid.ts';
import { formatArray } from '../../pgtype/format-array.ts';
import type { StatementRun } from '../statement-run.ts';

/** Unusual spellings are read by the input functions of the embedded Postgres, one query per column and batch. */
export function answerQuestion(run: StatementRun, columns: readonly CopyColumn[]): AnswerQuestion {
  const types = new Map<number, string>();
  const typeOf = async (column: CopyColumn, index: number): Promise<string> => {
    const known = types.get(index);
    if (known !== undefined) return known;
    const [named] = await run.parts.postgres.evaluate(run.context, [{ sql: column.typeSql, typeOid: OID.text }], {
      oids: [],
      formats: [],
      values: [],
    });
    types.set(index, named as string);
    return named as string;
  };
  return async (question) => {
    const answers: (readonly CopyVerdict[])[] = [];
    for (const { column, values } of question.columns)
      answers.push(await readValues(run, await typeOf(columns[column]!, column), values));
    return answers;
  };
}

async function readValues(run: StatementRun, type: string, values: readonly string[]): Promise<readonly CopyVerdict[]> {
  const text = `SELECT CASE WHEN e.message IS NULL THEN v::${type} END, e.sql_error_code, e.message, e.detail, e.hint
    FROM pg_catalog.unnest($1::text[]) WITH ORDINALITY AS u(v, n),
    LATERAL pg_catalog.pg_input_error_info(v, ${sqlText(type)}) AS e ORDER BY n`;
  const list = formatArray([{ length: values.length, lowerBound: 1 }], values);
  const { rows, failure } = await run.parts.postgres.execute(
    run.context,
    text,
    { oids: [arrayOidOf(OID.text)!], formats: [0], values: [Buffer.from(list)] },
    [1, 0, 0, 0, 0],
  );
  if (failure) throw failure;
  return splitRows(rows).map((row) => {
    const [bytes, sqlstate, message, detail, hint] = dataRowValues(row);
    if (bytes !== null && bytes !== undefined) return { bytes: Uint8Array.from(bytes) };
    const optional = (name: string, value: Uint8Array | null | undefined) =>
      value === null || value === undefined ? {} : { [name]: Buffer.from(value).toString('utf8') };
    return {
      error: {
        sqlstate: Buffer.from(sqlstate ?? []).toString(),
        message: Buffer.from(message ?? []).toString('utf8'),
        ...optional('detail', detail),
        ...optional('hint', hint),
      },
    };
  });
}

function splitRows(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + view.getInt32(at + 1);
    rows.push(bytes.subarray(at, end));
    at = end;
  }
  return rows;
}
