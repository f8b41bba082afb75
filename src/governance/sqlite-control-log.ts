import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ControlEntry, ControlLog } from './governance.ts';
import { cannotOpenControlLog } from './errors.ts';

/** How long another process' lock is waited for. */
const BUSY_TIMEOUT_MS = 5_000;
const SQLITE_CONSTRAINT = 19;

type Row = { readonly sequence: number; readonly at: string; readonly by: string; readonly change: string };

/** The control log in an SQLite file, which is created where it is not there. Several processes may share it. */
export function openSqliteControlLog(path: string): ControlLog {
  const sqlite = open(path);
  const select = sqlite.prepare(
    'SELECT sequence, at, changed_by AS "by", change FROM bergwire_control_log WHERE sequence > ? ORDER BY sequence',
  );
  const insert = sqlite.prepare(
    'INSERT INTO bergwire_control_log (sequence, at, changed_by, change) VALUES (?, ?, ?, ?)',
  );
  return {
    async entriesAfter(sequence) {
      const rows = select.all(sequence) as unknown as readonly Row[];
      return rows.map(({ change, ...entry }) => ({ ...entry, change: JSON.parse(change) as ControlEntry['change'] }));
    },
    async append({ sequence, at, by, change }) {
      try {
        insert.run(sequence, at, by, JSON.stringify(change));
        return true;
      } catch (error) {
        if (((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_CONSTRAINT) return false;
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      sqlite.close();
    },
  };
}

function open(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const sqlite = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    sqlite.exec('PRAGMA synchronous = FULL');
    sqlite.exec(CREATE_LOG);
    return sqlite;
  } catch (error) {
    throw cannotOpenControlLog(path, error);
  }
}

const CREATE_LOG = `
CREATE TABLE IF NOT EXISTS bergwire_control_log (
  sequence INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  change TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS bergwire_control_log_is_append_only BEFORE UPDATE ON bergwire_control_log
BEGIN SELECT RAISE(ABORT, 'the control log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS bergwire_control_log_keeps_all BEFORE DELETE ON bergwire_control_log
BEGIN SELECT RAISE(ABORT, 'the control log is append-only'); END;`;
