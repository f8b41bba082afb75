import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { logConnection } from '../../src/ops/log-connection.ts';
import type { ConnectionFacts } from '../../src/ops/log-connection.ts';
import { logStatement } from '../../src/ops/log-statement.ts';
import { openLog } from '../../src/ops/open-log.ts';
import type { LogOptions } from '../../src/ops/ops.ts';
import type { StatementEvent } from '../../src/session/statement-event.ts';

const OPTIONS: LogOptions = { level: 'info', slowStatementMs: 100, statementText: false };
const EVENT: StatementEvent = {
  queryId: 'a.1',
  processId: 10,
  database: 'bergwire',
  role: 'bergwire',
  text: "SELECT * FROM patients WHERE name = 'Mallory'",
  durationMs: 123.456,
  rowCount: 5,
  tag: 'SELECT 5',
  sqlstate: '00000',
  figures: { filesRead: 2, filesTotal: 9, sizeBytes: 4096, snapshotIds: [9182986016470917404n] },
};
const CONNECTION: ConnectionFacts = {
  kind: 'closed',
  address: '127.0.0.1',
  processId: 10,
  user: 'me',
  database: 'bergwire',
  durationMs: 5.4,
};

/** The lines that a call logs, parsed. */
function logged(
  call: (log: ReturnType<typeof openLog>) => void,
  options = OPTIONS,
): readonly Record<string, unknown>[] {
  const lines: string[] = [];
  call(openLog(options, { write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('statements', () => {
  test('a slow one is one line with its figures and without its text', () => {
    const [line, ...more] = logged((log) => logStatement(log, OPTIONS, EVENT));
    assert.deepEqual(more, []);
    const { time, ...rest } = line!;
    assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
    assert.deepEqual(rest, {
      level: 'info',
      msg: 'statement',
      queryId: 'a.1',
      processId: 10,
      database: 'bergwire',
      role: 'bergwire',
      durationMs: 123.5,
      rows: 5,
      filesRead: 2,
      filesTotal: 9,
      sizeBytes: 4096,
      snapshots: ['9182986016470917404'],
      sqlstate: '00000',
      tag: 'SELECT 5',
    });
  });

  test('the text is there where it is wanted', () => {
    const options = { ...OPTIONS, statementText: true };
    assert.equal(logged((log) => logStatement(log, options, EVENT), options)[0]!.text, EVENT.text);
  });

  test('a fast one leaves no line, at a threshold of 0 every one does', () => {
    const fast = { ...EVENT, durationMs: 99 };
    assert.deepEqual(
      logged((log) => logStatement(log, OPTIONS, fast)),
      [],
    );
    assert.equal(logged((log) => logStatement(log, { ...OPTIONS, slowStatementMs: 0 }, fast)).length, 1);
  });

  test('an internal error is always logged, with its stack', () => {
    const error = new Error('broken');
    const event = { ...EVENT, durationMs: 1, tag: null, sqlstate: 'XX000', figures: null, error };
    const [line] = logged((log) => logStatement(log, OPTIONS, event));
    assert.equal(line!.level, 'error');
    assert.equal(line!.queryId, 'a.1');
    assert.match((line!.err as { stack: string }).stack, /broken\n +at /);
    assert.ok(!JSON.stringify(line).includes('Mallory'));
  });
});

describe('connections', () => {
  test('one line when it is over, none when it opens', () => {
    const lines = logged((log) => {
      logConnection(log, { ...CONNECTION, kind: 'opened' });
      logConnection(log, CONNECTION);
    });
    assert.equal(lines.length, 1);
    assert.equal(lines[0]!.kind, 'closed');
    assert.equal(lines[0]!.user, 'me');
    assert.equal(lines[0]!.durationMs, 5);
  });

  test('a refused one says why', () => {
    const refused: ConnectionFacts = {
      ...CONNECTION,
      kind: 'refused',
      sqlstate: '53300',
      error: new Error('sorry, too many clients already'),
    };
    const [line] = logged((log) => logConnection(log, refused));
    assert.equal(line!.sqlstate, '53300');
    assert.equal(line!.reason, 'sorry, too many clients already');
  });

  test('TLS that the client broke off is no fault of our own', () => {
    const error = Object.assign(new Error('alert'), { code: 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN' });
    const [line] = logged((log) => logConnection(log, { ...CONNECTION, kind: 'refused', error }));
    assert.deepEqual([line!.level, line!.reason], ['info', 'alert']);
  });

  test('a fault of our own is an error with its stack', () => {
    const [line] = logged((log) => logConnection(log, { ...CONNECTION, error: new Error('broken') }));
    assert.equal(line!.level, 'error');
    assert.match((line!.err as { stack: string }).stack, /broken\n +at /);
  });
});
