import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Answer } from '../../src/cli/gateway-client.ts';
import { printAnswers } from '../../src/cli/print-answers.ts';

async function printed(answers: readonly Answer[]): Promise<{ output: string; complaints: string }> {
  const [output, complaints] = [new PassThrough(), new PassThrough()];
  const read = Promise.all([text(output), text(complaints)]);
  await printAnswers(stream(answers), output, complaints);
  output.end();
  complaints.end();
  const [o, c] = await read;
  return { output: o, complaints: c };
}

async function* stream(answers: readonly Answer[]): AsyncGenerator<Answer> {
  yield* answers;
}

const FIELDS: Answer = { kind: 'fields', names: ['id', 'name', 'n'], typeOids: [20, 25, 1700] };

test('rows are a table as psql prints it', async () => {
  const { output } = await printed([
    FIELDS,
    { kind: 'row', values: ['1', 'a long name', '1.50'] },
    { kind: 'row', values: ['22', null, null] },
    { kind: 'tag', tag: 'SELECT 2' },
  ]);
  assert.equal(
    output,
    [
      ' id |    name     |  n   ',
      '----+-------------+------',
      '  1 | a long name | 1.50',
      ' 22 |             |     ',
      '(2 rows)',
      '',
      '',
    ].join('\n'),
  );
});

test('one row is a row, none is a table too', async () => {
  assert.match(
    (await printed([FIELDS, { kind: 'row', values: ['1', 'x', '2'] }, { kind: 'tag', tag: 'SELECT 1' }])).output,
    /\(1 row\)/,
  );
  assert.match(
    (await printed([FIELDS, { kind: 'tag', tag: 'SELECT 0' }])).output,
    /^ id \| name \| n \n-+\+.*\n\(0 rows\)/,
  );
});

test('other statements are their tag, notices are complaints', async () => {
  const found = await printed([
    { kind: 'notice', severity: 'NOTICE', message: 'already there' },
    { kind: 'tag', tag: 'CREATE SCHEMA' },
  ]);
  assert.deepEqual(found, { output: 'CREATE SCHEMA\n', complaints: 'NOTICE:  already there\n' });
});

test('many rows are all printed, after the first ones were measured', async () => {
  const rows: Answer[] = Array.from({ length: 2000 }, (_, i) => ({ kind: 'row', values: [String(i), 'x', '1'] }));
  const { output } = await printed([FIELDS, ...rows, { kind: 'tag', tag: 'SELECT 2000' }]);
  assert.equal(output.split('\n').length, 2000 + 5);
  assert.match(output, /^ 1999 \| x {4}\| 1$/m);
  assert.match(output, /\(2000 rows\)/);
});
