import { SqlError } from '../base/sql-error.ts';

/** The errors of a session. Messages are PostgreSQL's own (postgres.c, portalcmds.c, prepare.c, xact.c, guc.c). */

export function failedTransaction(): SqlError {
  return new SqlError({
    sqlstate: '25P02',
    message: 'current transaction is aborted, commands ignored until end of transaction block',
  });
}

export function unknownStatement(name: string): SqlError {
  const message =
    name === '' ? 'unnamed prepared statement does not exist' : `prepared statement "${name}" does not exist`;
  return new SqlError({ sqlstate: '26000', message });
}

export function duplicateStatement(name: string): SqlError {
  return new SqlError({ sqlstate: '42P05', message: `prepared statement "${name}" already exists` });
}

export function unknownPortal(name: string): SqlError {
  return new SqlError({ sqlstate: '34000', message: `portal "${name}" does not exist` });
}

export function cursorChangesRows(): SqlError {
  return new SqlError({
    sqlstate: '0A000',
    message: 'DECLARE CURSOR must not contain data-modifying statements in WITH',
  });
}

export function unknownCursor(name: string): SqlError {
  return new SqlError({ sqlstate: '34000', message: `cursor "${name}" does not exist` });
}

export function duplicateCursor(name: string): SqlError {
  return new SqlError({ sqlstate: '42P03', message: `cursor "${name}" already exists` });
}

export function finishedPortal(name: string): SqlError {
  return new SqlError({ sqlstate: '55000', message: `portal "${name}" cannot be run` });
}

export function forwardOnly(): SqlError {
  return new SqlError({
    sqlstate: '55000',
    message: 'cursor can only scan forward',
    hint: 'Declare it with SCROLL option to enable backward scan.',
  });
}

export function multipleStatements(): SqlError {
  return new SqlError({
    sqlstate: '42601',
    message: 'cannot insert multiple commands into a prepared statement',
  });
}

export function wrongParameterCount(statement: string, given: number, wanted: number): SqlError {
  return protocolViolation(
    `bind message supplies ${given} parameters, but prepared statement "${statement}" requires ${wanted}`,
  );
}

export function wrongFormatCount(what: 'parameter' | 'result', formats: number, columns: number): SqlError {
  return protocolViolation(
    what === 'parameter'
      ? `bind message has ${formats} parameter formats but ${columns} parameters`
      : `bind message has ${formats} result formats but query has ${columns} columns`,
  );
}

export function wrongArgumentCount(statement: string, given: number, wanted: number): SqlError {
  return new SqlError({
    sqlstate: '42601',
    message: `wrong number of parameters for prepared statement "${statement}"`,
    detail: `Expected ${wanted} parameters but got ${given}.`,
  });
}

export function protocolViolation(message: string): SqlError {
  return new SqlError({ sqlstate: '08P01', message });
}

export function unknownFunction(oid: number): SqlError {
  return new SqlError({ sqlstate: '42883', message: `function with OID ${oid} does not exist` });
}

export function notAFastpathFunction(name: string): SqlError {
  return new SqlError({ sqlstate: '0A000', message: `cannot call function "${name}" via fastpath interface` });
}

export function wrongFunctionArguments(given: number, wanted: number): SqlError {
  return protocolViolation(`function call message contains ${given} arguments but function requires ${wanted}`);
}

export function wrongFunctionFormats(formats: number, args: number): SqlError {
  return protocolViolation(`function call message contains ${formats} argument formats but ${args} arguments`);
}

export function tooManyOfSession(what: string, limit: number, hint: string): SqlError {
  return new SqlError({ sqlstate: '53400', message: `too many ${what} in one session: at most ${limit}`, hint });
}

export function lockTimeout(): SqlError {
  return new SqlError({ sqlstate: '55P03', message: 'canceling statement due to lock timeout' });
}

/** Each process waits for the next one's lock, the last one for the first one's. */
export function deadlockDetected(
  waits: readonly {
    readonly owner: { readonly processId: number };
    readonly key: string;
    readonly mode: 'exclusive' | 'shared';
    readonly blocker: { readonly processId: number };
  }[],
): SqlError {
  const lines = waits.map(
    ({ owner, key, mode, blocker }) =>
      `Process ${owner.processId} waits for ${mode === 'shared' ? 'ShareLock' : 'ExclusiveLock'} on advisory lock [${key}]; ` +
      `blocked by process ${blocker.processId}.`,
  );
  return new SqlError({ sqlstate: '40P01', message: 'deadlock detected', detail: lines.join('\n') });
}

export function sessionTooLarge(limitBytes: number): SqlError {
  return new SqlError({
    sqlstate: '53400',
    message: `the session's statements, portals and cursors take more than ${limitBytes} bytes`,
    hint: 'Close those that are not needed any more; limits.sessionBytes is the limit.',
  });
}

export function noTransaction(command: string): SqlError {
  return new SqlError({ sqlstate: '25P01', message: `${command} can only be used in transaction blocks` });
}

/** Commands such as DISCARD ALL. */
export function insideTransaction(command: string): SqlError {
  return new SqlError({ sqlstate: '25001', message: `${command} cannot run inside a transaction block` });
}

export function tooLateForMode(message: string): SqlError {
  return new SqlError({ sqlstate: '25001', message });
}

export function preparedTransactionsDisabled(): SqlError {
  return new SqlError({
    sqlstate: '55000',
    message: 'prepared transactions are disabled',
    hint: 'Set max_prepared_transactions to a nonzero value.',
  });
}

export function unknownPreparedTransaction(gid: string): SqlError {
  return new SqlError({ sqlstate: '42704', message: `prepared transaction with identifier "${gid}" does not exist` });
}

export function unknownSavepoint(name: string): SqlError {
  return new SqlError({ sqlstate: '3B001', message: `savepoint "${name}" does not exist` });
}

export function statementTimeout(): SqlError {
  return new SqlError({ sqlstate: '57014', message: 'canceling statement due to statement timeout' });
}

export function canceledByUser(): SqlError {
  return new SqlError({ sqlstate: '57014', message: 'canceling statement due to user request' });
}

export function idleInTransaction(): SqlError {
  return fatal('25P03', 'terminating connection due to idle-in-transaction timeout');
}

export function idleSession(): SqlError {
  return fatal('57P05', 'terminating connection due to idle-session timeout');
}

export function transactionTimeout(): SqlError {
  return fatal('25P04', 'terminating connection due to transaction timeout');
}

export function administratorShutdown(): SqlError {
  return fatal('57P01', 'terminating connection due to administrator command');
}

export function connectionLost(): SqlError {
  return fatal('08006', 'connection to client lost');
}

/** CopyFail, with the client's own words. */
export function copyFailed(message: string): SqlError {
  return new SqlError({ sqlstate: '57014', message: `COPY from stdin failed: ${message}` });
}

export function unexpectedCopyMessage(type: number): SqlError {
  const code = type.toString(16).toUpperCase().padStart(2, '0');
  return protocolViolation(`unexpected message type 0x${code} during COPY from stdin`);
}

export function lostSynchronization(): SqlError {
  return fatal('08P01', 'terminating connection because protocol synchronization was lost');
}

/** What nobody foresaw; the log has the stack under the same query id. */
export function internalError(queryId: string, cause: unknown): SqlError {
  return new SqlError({ sqlstate: 'XX000', message: 'internal error', detail: `Query id ${queryId}.` }, { cause });
}

export function unknownSetting(name: string): SqlError {
  return new SqlError({ sqlstate: '42704', message: `unrecognized configuration parameter "${name}"` });
}

export function invalidSettingName(name: string): SqlError {
  return new SqlError({
    sqlstate: '42602',
    message: `invalid configuration parameter name "${name}"`,
    detail: 'Custom parameter names must be two or more simple identifiers separated by dots.',
  });
}

export function reservedSettingName(name: string, prefix: string): SqlError {
  return new SqlError({
    sqlstate: '42602',
    message: `invalid configuration parameter name "${name}"`,
    detail: `"${prefix}" is a reserved prefix.`,
  });
}

export function unknownRole(name: string): SqlError {
  return new SqlError({ sqlstate: '22023', message: `role "${name}" does not exist` });
}

export function roleDenied(what: 'role' | 'session authorization', name: string): SqlError {
  return new SqlError({ sqlstate: '42501', message: `permission denied to set ${what} "${name}"` });
}

export function invalidSettingValue(name: string, value: string, hint?: string): SqlError {
  return new SqlError({
    sqlstate: '22023',
    message: `invalid value for parameter "${name}": "${value}"`,
    ...(hint !== undefined && { hint }),
  });
}

export function notABoolean(name: string): SqlError {
  return new SqlError({ sqlstate: '22023', message: `parameter "${name}" requires a Boolean value` });
}

export function settingOutOfRange(name: string, value: string, min: string, max: string): SqlError {
  return new SqlError({
    sqlstate: '22023',
    message: `${value} is outside the valid range for parameter "${name}" (${min} .. ${max})`,
  });
}

export function tooManySettingArguments(name: string): SqlError {
  return new SqlError({ sqlstate: '22023', message: `SET ${name} takes only one argument` });
}

export function settingDenied(name: string): SqlError {
  return new SqlError({ sqlstate: '42501', message: `permission denied to set parameter "${name}"` });
}

export function fixedSetting(name: string, why: string): SqlError {
  return new SqlError({ sqlstate: '55P02', message: `parameter "${name}" cannot be ${why}` });
}

export function emptyChannel(): SqlError {
  return new SqlError({ sqlstate: '22023', message: 'channel name cannot be empty' });
}

export function longChannel(): SqlError {
  return new SqlError({ sqlstate: '22023', message: 'channel name too long' });
}

export function longPayload(): SqlError {
  return new SqlError({ sqlstate: '22023', message: 'payload string too long' });
}

export function tooManyNotifications(): SqlError {
  return new SqlError({ sqlstate: '54000', message: 'too many notifications in the NOTIFY queue' });
}

function fatal(sqlstate: string, message: string): SqlError {
  return new SqlError({ sqlstate, message, severity: 'FATAL' });
}
