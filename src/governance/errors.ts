import { SqlError } from '../base/sql-error.ts';

/** The control log cannot be opened: the gateway does not start. */
export function cannotOpenControlLog(place: string, cause: unknown): Error {
  return new Error(`the control log ${place} cannot be opened: ${(cause as Error).message}`, { cause });
}

/** Others append to the control log faster than this one gets its turn. */
export function changedConcurrently(): SqlError {
  return new SqlError({
    sqlstate: '40001',
    message: 'could not append to the control log because of concurrent changes',
    hint: 'The statement might succeed if retried.',
  });
}

/** Another transaction changed the same views, sequences, types or routines. */
export function objectsChangedConcurrently(): SqlError {
  return new SqlError({
    sqlstate: '40001',
    message: 'could not serialize access due to concurrent changes of the same objects',
    hint: 'The transaction might succeed if retried.',
  });
}

/** PostgreSQL's words in CreateRole, AlterRole and DropRole (user.c). */
export function undefinedRole(role: string): SqlError {
  return new SqlError({ sqlstate: '42704', message: `role "${role}" does not exist` });
}

export function duplicateRole(role: string): SqlError {
  return new SqlError({ sqlstate: '42710', message: `role "${role}" already exists` });
}

const SEQUENCE_MOVED = 'could not serialize access due to concurrent use of a sequence by another gateway';

/** Whether it is `sequenceMoved`. */
export function isSequenceMoved(error: unknown): boolean {
  return error instanceof SqlError && error.message === SEQUENCE_MOVED;
}

/** Another gateway took values of the sequence while a statement used more than were reserved. */
export function sequenceMoved(): SqlError {
  return new SqlError({
    sqlstate: '40001',
    message: SEQUENCE_MOVED,
    hint: 'The statement might succeed if retried.',
  });
}
