/** psqlODBC, both drivers, with its options: what a program reads over the gateway is what it reads over PostgreSQL. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startGateway } from '../../support/gateway.ts';
import type { Gateway } from '../../support/gateway.ts';
import { startPostgres } from '../../support/real-postgres.ts';
import type { RealPostgres } from '../../support/real-postgres.ts';
import { need, tools } from '../../support/tools.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('odbc_calls.py', import.meta.url));

describe('psqlODBC', { skip: need('python', 'psqlodbc') }, () => {
  let gateway: Gateway;
  let postgres: RealPostgres;
  before(async () => {
    [gateway, postgres] = await Promise.all([startGateway(), startPostgres()]);
  });
  after(() => Promise.all([gateway[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]));

  const CASES = [
    ['psqlodbcw.so', ''],
    ['psqlodbcw.so', 'UseDeclareFetch=1;Fetch=100;Protocol=7.4-2'],
    ['psqlodbcw.so', 'UseDeclareFetch=1;Fetch=7;UseServerSidePrepare=0;Protocol=7.4-1'],
    ['psqlodbca.so', 'UseServerSidePrepare=0;Protocol=7.4-0'],
    [
      'psqlodbca.so',
      'UseDeclareFetch=1;Fetch=100;UpdatableCursors=1;BoolsAsChar=0;ByteaAsLongVarBinary=1;TextAsLongVarchar=0',
    ],
  ] as const;
  for (const [library, options] of CASES)
    test(`${library} ${options}`, async () => {
      const [actual, expected] = await Promise.all(
        [gateway, postgres].map(async ({ host, port, user, database }) => {
          const args = [program, tools.odbcDriver(library)!, host, String(port), user, database, options];
          const { stdout } = await run(tools.python, args, { timeout: 300_000 });
          return stdout.trimEnd().split('\n');
        }),
      );
      assert.deepEqual(actual, expected);
      assert.ok(expected!.length > 90, expected!.join('\n'));
    });
});
