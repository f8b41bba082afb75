import { SqlError } from '../base/sql-error.ts';

/** Errors of the protocol and of connecting; messages are PostgreSQL's own (postmaster.c, postgres.c, pqformat.c). */

/** The client can't be understood any more: the connection ends. */
export function brokenProtocol(message: string, detail?: string): SqlError {
  return fatal('08P01', message, detail);
}

/** One message can't be read; the next one can. */
export function malformedMessage(message: string): SqlError {
  return new SqlError({ sqlstate: '08P01', message });
}

export function unsupportedFormat(code: number): SqlError {
  return new SqlError({ sqlstate: '22023', message: `unsupported format code: ${code}` });
}

export function oversizedMessage(lengthBytes: number, limitBytes: number): SqlError {
  return fatal('08P01', 'invalid message length', `The message has ${lengthBytes} bytes, the limit is ${limitBytes}.`);
}

export function unsupportedProtocol(major: number, minor: number): SqlError {
  return fatal('0A000', `unsupported frontend protocol ${major}.${minor}: server supports 3.0 to 3.2`);
}

export function missingUser(): SqlError {
  return fatal('28000', 'no PostgreSQL user name specified in startup packet');
}

export function unknownDatabase(name: string): SqlError {
  return fatal('3D000', `database "${name}" does not exist`);
}

/** `rule` is the one that rejects; without one no rule is about this client. */
export function refusedClient(
  address: string,
  user: string,
  database: string,
  encrypted: boolean,
  rule: string | undefined,
): SqlError {
  const encryption = encrypted ? 'SSL encryption' : 'no encryption';
  const why = rule === undefined ? 'no access rule for' : 'an access rule rejects connection for';
  return fatal('28000', `${why} host "${address}", user "${user}", database "${database}", ${encryption}`);
}

export function passwordFailed(user: string): SqlError {
  return fatal('28P01', `password authentication failed for user "${user}"`);
}

export function emptyPassword(): SqlError {
  return fatal('28P01', 'empty password returned by client');
}

export function passwordInTheClear(user: string): SqlError {
  return fatal('28000', `password authentication of user "${user}" needs an encrypted connection`);
}

export function certificateMissing(): SqlError {
  return fatal('28000', 'connection requires a valid client certificate');
}

export function certificateOfAnother(user: string): SqlError {
  return fatal('28000', `certificate authentication failed for user "${user}"`);
}

export function channelBindingNegotiation(): SqlError {
  return fatal(
    '28000',
    'SCRAM channel binding negotiation error',
    'The client supports SCRAM channel binding but thinks the server does not. However, this server does support channel binding.',
  );
}

export function tooManyConnectionsFor(what: 'role' | 'address', name: string): SqlError {
  return fatal('53300', `too many connections for ${what} "${name}"`);
}

export function replicationRefused(): SqlError {
  return fatal('0A000', 'replication connections are not supported');
}

export function tooManyConnections(): SqlError {
  return fatal('53300', 'sorry, too many clients already');
}

export function shuttingDown(): SqlError {
  return fatal('57P03', 'the database system is shutting down');
}

export function authenticationTimeout(): SqlError {
  return fatal('57014', 'canceling authentication due to timeout');
}

export function malformedOptions(message: string, hint?: string): SqlError {
  const error = fatal('42601', message);
  return hint === undefined ? error : error.with({ hint });
}

/** What nobody foresaw; whoever hears of the connection has its cause. */
export function internalError(cause: unknown): SqlError {
  return new SqlError({ sqlstate: 'XX000', message: 'internal error', severity: 'FATAL' }, { cause });
}

function fatal(sqlstate: string, message: string, detail?: string): SqlError {
  return new SqlError({ sqlstate, message, severity: 'FATAL', ...(detail !== undefined && { detail }) });
}
