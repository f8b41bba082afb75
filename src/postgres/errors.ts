/** Errors of room `postgres`. Those of PostgreSQL itself pass unchanged (see replies.ts). */
import { SqlError, notSupported } from '../base/sql-error.ts';

/** 54001: the analyser ran out of stack; PGlite then answers with neither ParseComplete nor an error. */
export function analysisTooDeep(): SqlError {
  return new SqlError({
    sqlstate: '54001',
    message: 'stack depth limit exceeded',
    detail: 'The statement nests too deeply to be analysed.',
    hint: 'Use fewer nested expressions and subqueries.',
  });
}

/** 57014: the watchdog ended the request. */
export function requestTimedOut(timeoutMs: number): SqlError {
  return new SqlError({
    sqlstate: '57014',
    message: 'canceling statement due to statement timeout',
    detail: `The embedded Postgres did not answer within ${timeoutMs} ms.`,
  });
}

/** 57P02: the worker ended while the request ran, twice for requests that may be repeated. */
export function workerCrashed(cause: unknown): SqlError {
  return new SqlError(
    { sqlstate: '57P02', message: 'the embedded Postgres crashed while it ran the statement', hint: 'Try again.' },
    { cause },
  );
}

/** 57014: whoever asked does not want the answer any more; the session knows why. */
export function requestCanceled(): SqlError {
  return new SqlError({ sqlstate: '57014', message: 'canceling statement due to user request' });
}

/** 53000: the statement held the last lane while others waited. */
export function lanesExhausted(lanes: number, holdMs: number): SqlError {
  return new SqlError({
    sqlstate: '53000',
    message: 'canceling statement because others wait for the embedded Postgres',
    detail: `All ${lanes} lanes were busy, and the statement had run for more than ${holdMs} ms.`,
    hint: 'Try again, or raise limits.lanes or limits.laneHoldMs.',
  });
}

/** 54000: a result without tables is held in memory until it is whole. */
export function resultTooLarge(limitBytes: number): SqlError {
  return new SqlError({
    sqlstate: '54000',
    message: 'the result is too large',
    detail: `What the embedded Postgres answers may have ${limitBytes} bytes.`,
    hint: 'Select less, or raise limits.laneResultBytes.',
  });
}

/** 0A000 for a call of one of PostgreSQL's functions. */
export function functionNotSupported(name: string, hint: string): SqlError {
  return notSupported(`${name}()`, hint);
}

export function postgresClosed(): SqlError {
  return new SqlError({ sqlstate: '57P01', message: 'the embedded Postgres is shut down' });
}

/** XX000: the embedded Postgres could not be opened. */
export function cannotOpen(folder: string, cause: unknown): SqlError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SqlError(
    { sqlstate: 'XX000', message: 'could not open the embedded Postgres', detail: `${folder}: ${reason}` },
    { cause },
  );
}

export function tableInExpression(): SqlError {
  return notSupported('an expression that reads a table here', 'Use constants, parameters and functions only.');
}

export function reservedNamespace(name: string): SqlError {
  return new SqlError({
    sqlstate: '42939',
    message: `unacceptable schema name "${name}"`,
    detail: 'The name is reserved for the system schemas of PostgreSQL.',
    hint: 'Rename the namespace in the catalog.',
  });
}

/** XX001: a default or check kept in a table property does not hold on the table's own columns. */
export function brokenProperty(property: string, cause: SqlError): SqlError {
  return new SqlError(
    {
      sqlstate: 'XX001',
      message: `table property "${property}" is not valid`,
      detail: cause.message,
      hint: 'Correct or remove the property in the catalog.',
    },
    { cause },
  );
}

/** 53300: every private instance is in use. */
export function tooManyPrivate(limit: number): SqlError {
  return new SqlError({
    sqlstate: '53300',
    message: 'too many sessions have temporary objects',
    detail: `At most ${limit} can at the same time.`,
    hint: 'Drop temporary tables that are not needed any more, or raise limits.temporarySessions.',
  });
}

/** The session's private instance ended under a statement. */
export function temporaryObjectsLost(sqlstate: string, message: string): SqlError {
  return new SqlError({
    sqlstate,
    message,
    detail: 'The statement had to be ended from outside, and the temporary objects of the session ended with it.',
    hint: 'Create them again; statements that name one of them fail until then.',
  });
}

/** 0A000: what nobody checks must not look like a constraint. */
export function notEnforcedCheck(): SqlError {
  return notSupported('a constraint that is NOT ENFORCED', 'Leave the constraint out.');
}

/** A default or check that would run what a user wrote. */
export function functionOfUser(): SqlError {
  return notSupported(
    'a default or check that calls a function of a user',
    'Use built-in functions, or compute the value in the statement that writes the row.',
  );
}

/** What users write may say that a signal was sent, without asking whether it may. */
export function signalOfRoutine(): SqlError {
  return notSupported(
    'a signal to another session from a function',
    'Call pg_cancel_backend() in a statement without tables.',
  );
}
