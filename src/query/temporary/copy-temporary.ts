import { SqlError } from '../../base/sql-error.ts';
import type { PrivatePostgres } from '../../postgres/private/private-postgres.ts';
import { tooMuchForTemporary } from '../errors.ts';
import { heldRows } from '../held-rows.ts';
import type { CopyIn, Execution } from '../query.ts';
import { NO_FIGURES, type StatementRun } from '../statement-run.ts';

const NEWLINE = 0x0a;

/** COPY of temporary tables, by the private instance's own COPY: every option, format and error is PostgreSQL's. */
export async function copyTemporary(run: StatementRun, instance: PrivatePostgres, isFrom: boolean): Promise<Execution> {
  const { text } = run.prepared.statement;
  if (isFrom) return await copyFrom(run, instance, text);
  const answer = await instance.query(text, run.signal);
  const { copy, copyRows } = answer;
  if (copy === undefined) throw new Error('COPY TO answered without rows');
  const rows = heldRows(Buffer.concat(copyRows), copyRows.length);
  return {
    rows: null,
    copyOut: { ...copy, rows },
    tag: () => answer.tag,
    notices: answer.notices,
    figures: NO_FIGURES,
  };
}

/** The instance takes COPY in one request, so the client's bytes are kept until they are all there. */
async function copyFrom(run: StatementRun, instance: PrivatePostgres, text: string): Promise<Execution> {
  const { node } = run.prepared.statement;
  const shape = await shapeOf(run, instance, text);
  const limitBytes = run.parts.temporaryImportBytes;
  let held: Uint8Array[] = [];
  let sizeBytes = 0;
  let lines = 0;
  let tag = '';
  const copyIn: CopyIn = {
    ...shape,
    async write(bytes) {
      sizeBytes += bytes.length;
      for (const byte of bytes) if (byte === NEWLINE) lines++;
      if (sizeBytes > limitBytes) throw tooMuchForTemporary(limitBytes);
      held.push(bytes);
    },
    async finish() {
      const answer = await instance.copyIn(text, held, run.signal);
      ({ tag } = answer);
      return answer.notices;
    },
    async inContext(error) {
      const { relation } = 'CopyStmt' in node ? node.CopyStmt : {};
      return error.with({ where: `COPY ${relation?.relname ?? ''}, line ${lines + 1}` });
    },
    async close() {
      held = [];
    },
  };
  return { rows: null, copyIn, tag: () => tag, notices: [], figures: NO_FIGURES };
}

/** Begins the COPY and fails it at once: what is wrong with the statement itself comes before any row. */
async function shapeOf(
  run: StatementRun,
  instance: PrivatePostgres,
  text: string,
): Promise<Pick<CopyIn, 'format' | 'columns'>> {
  await instance.command('SAVEPOINT begun');
  const answer = await instance.failedCopyIn(text, run.signal);
  if (answer.copy === undefined)
    throw answer.error ?? new SqlError({ sqlstate: 'XX000', message: 'COPY FROM asked for no rows' });
  await instance.command('ROLLBACK TO SAVEPOINT begun; RELEASE SAVEPOINT begun');
  return answer.copy;
}
