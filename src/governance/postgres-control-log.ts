import pg from 'pg';
import type { ControlEntry, ControlLog } from './governance.ts';
import { cannotOpenControlLog } from './errors.ts';

const UNIQUE_VIOLATION = '23505';
/** Logins wait for the log, so it answers soon or not at all. */
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 2;

/** The control log in a PostgreSQL database, in the table `bergwire_control_log`, which is created where it is not there. */
export async function openPostgresControlLog(uri: string, password: string | undefined): Promise<ControlLog> {
  const pool = new pg.Pool({
    connectionString: uri,
    ...(password !== undefined && { password }),
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'bergwire control log',
  });
  // An idle connection that breaks is replaced at the next query.
  pool.on('error', () => undefined);
  try {
    await pool.query(CREATE_LOG);
  } catch (error) {
    await pool.end();
    throw cannotOpenControlLog(withoutPassword(uri), error);
  }
  return {
    async entriesAfter(sequence) {
      const { rows } = await pool.query<ControlEntry>(
        'SELECT sequence::int4, at, changed_by AS "by", change FROM bergwire_control_log WHERE sequence > $1 ORDER BY sequence',
        [sequence],
      );
      return rows;
    },
    async append({ sequence, at, by, change }) {
      try {
        await pool.query(
          'INSERT INTO bergwire_control_log (sequence, at, changed_by, change) VALUES ($1, $2, $3, $4)',
          [sequence, at, by, JSON.stringify(change)],
        );
        return true;
      } catch (error) {
        if ((error as { code?: string }).code === UNIQUE_VIOLATION) return false;
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
    },
  };
}

function withoutPassword(uri: string): string {
  return uri.replace(/:[^:@/]*@/, '@');
}

const CREATE_LOG = `
CREATE TABLE IF NOT EXISTS bergwire_control_log (
  sequence bigint PRIMARY KEY,
  at text NOT NULL,
  changed_by text NOT NULL,
  change jsonb NOT NULL
)`;
