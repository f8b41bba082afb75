/** What a startup packet asks for is set, reported and refused as PostgreSQL does it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { printAnswer } from '../support/print-answer.ts';
import { RawClient } from '../support/raw-client.ts';
import type { Target } from '../support/raw-client.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';

const CASES: readonly Readonly<Record<string, string>>[] = [
  {},
  { options: '-c work_mem=5MB -c my.x=1' },
  { options: '--work-mem=5MB' },
  { options: String.raw`-c search_path=a\ b` },
  { options: '-c nope=1' },
  { options: '-cDateStyle=German' },
  { options: '-c statement_timeout=5s -e' },
  { options: '-c geqo=off --enable_seqscan=off' },
  { client_encoding: 'SQL_ASCII' },
  { client_encoding: "'utf-8'" },
  { client_encoding: 'nonsense' },
  { TimeZone: 'Europe/Berlin' },
  { timezone: 'Mars' },
  { nope: '1' },
  { 'a.b': 'c' },
  { is_superuser: 'on' },
  { wal_level: 'x' },
  { role: 'none' },
  { role: 'nobody_there' },
  { session_authorization: 'nobody_there' },
  { default_transaction_read_only: 'on' },
  { statement_timeout: '5s' },
  { replication: 'false' },
  { DateStyle: 'ISO, DMY', extra_float_digits: '3' },
];

/** What differs between servers and roles, and what only newer versions report. */
const OWN = /"(?:search_path|scram_iterations|server_version|session_authorization|is_superuser)"|backendKeyData/;

const SETTINGS = `SELECT name, setting FROM pg_settings WHERE name IN ('work_mem', 'search_path', 'DateStyle',
  'statement_timeout', 'geqo', 'enable_seqscan', 'client_encoding', 'extra_float_digits', 'TimeZone') ORDER BY name`;

async function opening(target: Target, parameters: Readonly<Record<string, string>>): Promise<string[]> {
  using client = await RawClient.login(target, parameters);
  const answers = await client.until('readyForQuery');
  if (!client.closed && answers.at(-1)?.name === 'readyForQuery')
    for (const text of [
      SETTINGS,
      "SELECT current_setting('a.b', true), current_setting('role'), pg_client_encoding()",
    ]) {
      client.send(frontendBytes({ Query: text }));
      answers.push(...(await client.until('readyForQuery')));
    }
  return answers.map(printAnswer).filter((line) => !OWN.test(line));
}

const skip = (await findPostgres()) === undefined ? 'no PostgreSQL server is installed' : false;

describe('settings of the startup packet', { skip }, () => {
  let postgres: RealPostgres;
  let gateway: Gateway;
  before(async () => {
    postgres = await startPostgres();
    gateway = await startGateway();
  });
  after(async () => {
    await gateway[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });
  for (const parameters of CASES)
    test(JSON.stringify(parameters), async () => {
      const expected = await opening(postgres, parameters);
      assert.deepEqual(await opening(gateway, parameters), expected);
    });

  test('another encoding is refused with a hint', async () => {
    using client = await RawClient.login(gateway, { client_encoding: 'LATIN1' });
    const error = await client.error();
    assert.deepEqual([error.severity, error.code, error.hint], ['FATAL', '0A000', 'Set client_encoding to UTF8.']);
  });
});
