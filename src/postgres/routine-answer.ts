/**
 * A batch that runs routines of users. They run as the client's role and nobody else, in a transaction that is rolled
 * back; the tables of the mirror are empty, so a routine that looks into one has no answer.
 */
import { notSupported, SqlError } from '../base/sql-error.ts';
import { signalOfRoutine } from './errors.ts';
import { clientAnswer } from './client-answer.ts';
import type { Answer } from './read-reply.ts';
import { afterClient, beforeClient, scannedMeanwhile } from './scanned-meanwhile.ts';
import { query, request } from './request.ts';

/** The client's part, between two looks at what was read; the second one is possible if it failed, too. */
export function routineRequest(client: Buffer): Uint8Array {
  return request(query(beforeClient), client, query(afterClient), query('ROLLBACK'));
}

export async function routineAnswer(answers: readonly Answer[], crash: () => Promise<void>): Promise<Answer> {
  const [opening, before, client, after] = answers;
  if (before?.error) throw before.error;
  let failure: unknown;
  const batch = [opening, client].flatMap((one) => one ?? []);
  const answer = await clientAnswer(batch, crash).catch((error: unknown) => void (failure = error));
  if (after === undefined || after.error !== undefined) throw failure ?? after?.error;
  if (scannedMeanwhile(before, after).length > 0) throw readingRoutine();
  failure ??= answer?.error;
  if (failure instanceof SqlError && failure.sqlstate === '25006') throw writingRoutine(failure);
  if (answer === undefined) throw failure;
  if (answer.signals.length > 0) throw signalOfRoutine();
  return answer;
}

/** Over copies of the rows there may be an answer. */
export function isReadingRoutine(error: unknown): error is SqlError {
  return error instanceof SqlError && error.message === readingRoutine().message;
}

function readingRoutine(): SqlError {
  return notSupported(
    'a function or procedure that reads tables',
    'Put the query into a view, or pass the values to the function.',
  );
}

function writingRoutine(cause: SqlError): SqlError {
  const { fields } = notSupported(
    'a function or procedure that changes tables or makes objects',
    'Run the statements one by one.',
  );
  const { where } = cause.fields;
  return new SqlError({ ...fields, ...(where !== undefined && { where }) }, { cause });
}
