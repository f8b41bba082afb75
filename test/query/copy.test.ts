import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { printAnswer } from '../support/print-answer.ts';
import { RawClient } from '../support/raw-client.ts';

/** What PostgreSQL 15 does not know, and what is left on disk. */
describe('COPY FROM', () => {
  let gateway: Gateway;
  let client: RawClient;
  before(async () => {
    gateway = await startGateway({ flags: ['--limits.copySegmentBytes=1MB'] });
    client = await RawClient.ready(gateway);
  });
  after(async () => {
    client[Symbol.dispose]();
    await gateway[Symbol.asyncDispose]();
  });

  async function answers(text: string, ...stream: readonly string[]): Promise<readonly string[]> {
    client.send(frontendBytes({ Query: text }));
    if (stream.length > 0)
      client.send(...stream.map((data) => frontendBytes({ CopyData: data })), frontendBytes('CopyDone'));
    const got: readonly BackendMessage[] = await client.until('readyForQuery');
    return got.map(printAnswer).filter((line) => !/^\{"(ReadyForQuery|RowDescription|copyInResponse)/.test(line));
  }

  test('a stream becomes data files in parts of limits.copySegmentBytes, and one snapshot', async () => {
    await answers('CREATE TABLE parted (a int, t text)');
    const part = (first: number): string =>
      Array.from({ length: 1000 }, (_, i) => `${first + i}\t${'x'.repeat(700)}\n`).join('');
    assert.deepEqual(await answers('COPY parted FROM STDIN', part(0), part(1000), part(2000), part(3000)), [
      '{"CommandComplete":"COPY 4000"}',
    ]);
    const [counts] = await answers(`SELECT (SELECT count(*) FROM parted), (SELECT count(DISTINCT a) FROM parted),
      (SELECT count(*) > 1 FROM "parted$files"), (SELECT count(*) FROM "parted$snapshots")`);
    assert.equal(counts, '{"DataRow":["4000","4000","t","1"]}');
  });

  test('ON_ERROR ignore skips rows whose values are none', async () => {
    await answers('CREATE TABLE skipping (a int, d date)');
    assert.deepEqual(
      await answers(
        'COPY skipping FROM STDIN (ON_ERROR ignore, LOG_VERBOSITY verbose)',
        '1\t2024-01-01\nx\t2024-01-01\n3\tnever\n4\tJan 3 2024\n',
      ),
      [
        '{"Notice":{"severity":"NOTICE","code":"00000","message":"skipping row due to data type incompatibility at line 2 for column \\"a\\": \\"x\\""}}',
        '{"Notice":{"severity":"NOTICE","code":"00000","message":"skipping row due to data type incompatibility at line 3 for column \\"d\\": \\"never\\""}}',
        '{"Notice":{"severity":"NOTICE","code":"00000","message":"2 rows were skipped due to data type incompatibility"}}',
        '{"CommandComplete":"COPY 2"}',
      ],
    );
    assert.deepEqual(await answers('SELECT a, d FROM skipping ORDER BY a'), [
      '{"DataRow":["1","2024-01-01"]}',
      '{"DataRow":["4","2024-01-03"]}',
      '{"CommandComplete":"SELECT 2"}',
    ]);
    const [error] = await answers(
      'COPY skipping FROM STDIN (ON_ERROR ignore, REJECT_LIMIT 1)',
      'x\t\\N\ny\t\\N\nz\t\\N\n',
    );
    assert.match(
      error!,
      /skipped more than REJECT_LIMIT \(1\) rows due to data type incompatibility.*line 2, column a/,
    );
  });

  test('values of every stored type, in the spellings that only Postgres reads', async () => {
    await answers(
      `CREATE TABLE typed (s smallint, i interval, j jsonb, u uuid, b bytea, n int[], t text[], tz timestamptz, c char(4), m numeric, x bytea[])`,
    );
    const row = [
      '0x1F',
      '1 day 2h',
      '{"b":1,"a":[2]}',
      '{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}',
      'ab\\\\000c',
      '{1,NULL,3}',
      '{"x y",NULL,"q\\\\"q"}',
      '2024-01-01 12:00 Europe/Berlin',
      'ab',
      '1_000.50',
      '{"\\\\\\\\x01ff"}',
    ];
    assert.deepEqual(await answers('COPY typed FROM STDIN', `${row.join('\t')}\n`), ['{"CommandComplete":"COPY 1"}']);
    assert.deepEqual(await answers('SELECT * FROM typed'), [
      `{"DataRow":["31","1 day 02:00:00","{\\"a\\": [2], \\"b\\": 1}","a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","\\\\x61620063","{1,NULL,3}","{\\"x y\\",NULL,\\"q\\\\\\"q\\"}","2024-01-01 11:00:00+00","ab  ","1000.50","{\\"\\\\\\\\x01ff\\"}"]}`,
      '{"CommandComplete":"SELECT 1"}',
    ]);
  });

  test('a client that goes away in the midst leaves nothing', async () => {
    await answers('CREATE TABLE leaving (a int)');
    const leaving = await RawClient.ready(gateway);
    leaving.send(frontendBytes({ Query: 'COPY leaving FROM STDIN' }));
    await leaving.until('copyInResponse');
    leaving.send(frontendBytes({ CopyData: '1\n2\n' }));
    const closed = once(leaving.socket, 'close');
    leaving.socket.destroy();
    await closed;
    assert.deepEqual(await answers('SELECT count(*) FROM leaving'), [
      '{"DataRow":["0"]}',
      '{"CommandComplete":"SELECT 1"}',
    ]);
    const files = await readdir(join(gateway.folder, '.bergwire/warehouse'), { recursive: true });
    assert.deepEqual(
      files.filter((name) => name.includes('leaving') && name.endsWith('.parquet')),
      [],
    );
  });
});
