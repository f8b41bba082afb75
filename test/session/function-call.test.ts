/** FunctionCall messages are answered byte for byte as PostgreSQL answers them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { RawClient } from '../support/raw-client.ts';
import type { Target } from '../support/raw-client.ts';
import { splitMessages } from '../support/split-messages.ts';

type Call = {
  readonly oid: number;
  readonly formats?: readonly number[];
  readonly values?: readonly (string | null)[];
  readonly result?: number;
};

/** Values are hexadecimal where their format is binary. */
function callBytes({ oid, formats = [], values = [], result = 0 }: Call): Buffer {
  const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
  const int32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const encoded = values.flatMap((value, index) => {
    if (value === null) return [int32(-1)];
    const bytes = Buffer.from(value, (formats.length > 1 ? formats[index] : formats[0]) === 1 ? 'hex' : 'utf8');
    return [int32(bytes.length), bytes];
  });
  const body = Buffer.concat([
    int32(oid),
    int16(formats.length),
    ...formats.map(int16),
    int16(values.length),
    ...encoded,
    int16(result),
  ]);
  return Buffer.concat([Buffer.from('F'), int32(body.length + 4), body]);
}

/** What a server answers up to ReadyForQuery; of errors the fields that do not name its source. */
async function answers(target: Target, calls: readonly (Call | string)[]): Promise<string[]> {
  using client = await RawClient.ready(target);
  const heard: Buffer[] = [];
  client.socket.on('data', (bytes: Buffer) => heard.push(bytes));
  for (const call of calls) {
    client.send(typeof call === 'string' ? frontendBytes({ Query: call }) : callBytes(call));
    await client.until('readyForQuery');
  }
  return splitMessages(Buffer.concat(heard)).map(({ type, body }) => {
    if (type !== 'E') return `${type} ${body.toString('hex')}`;
    const fields = body.toString('utf8').split('\0');
    return `E ${fields.filter((field) => /^[SCMDH]/.test(field)).join(' ')}`;
  });
}

const CASES: Readonly<Record<string, readonly (Call | string)[]>> = {
  'text arguments, text result': [{ oid: 177, values: ['40', '2'] }],
  'binary arguments, binary result': [{ oid: 177, formats: [1], values: ['00000028', '00000002'], result: 1 }],
  'mixed formats': [{ oid: 177, formats: [0, 1], values: ['40', '00000002'], result: 1 }],
  'a strict function of null': [{ oid: 177, values: ['40', null] }],
  'no arguments': [{ oid: 2278, values: [] }],
  'text with more than ASCII': [
    { oid: 1258, values: ['ÄÖÜ €', 'ß'] },
    { oid: 1258, formats: [1], values: ['c384', '61'], result: 1 },
  ],
  'an error of the function': [{ oid: 154, values: ['1', '0'] }, 'SELECT 1'],
  'an unknown function': [{ oid: 4_000_000 }],
  'an aggregate, a set and a procedure': [
    { oid: 2108, values: ['1'] },
    { oid: 1067, values: ['1', '3'] },
  ],
  'the wrong number of arguments': [
    { oid: 177, values: ['1'] },
    { oid: 177, formats: [0, 0, 0], values: ['1', '2'] },
  ],
  'a value that is none of the type': [{ oid: 177, formats: [1], values: ['0028', '00000002'] }],
  'within a transaction': ['BEGIN', { oid: 177, values: ['1', '2'] }, { oid: 154, values: ['1', '0'] }, 'ROLLBACK'],
  'in a failed transaction': ['BEGIN; SELECT nope', { oid: 177, values: ['1', '2'] }, 'ROLLBACK'],
};

describe('function calls', { skip: (await findPostgres()) === undefined ? 'no PostgreSQL server' : false }, () => {
  let postgres: RealPostgres;
  let gateway: Gateway;
  before(async () => {
    [postgres, gateway] = await Promise.all([startPostgres(), startGateway()]);
  });
  after(async () => {
    await gateway[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });
  for (const [name, calls] of Object.entries(CASES))
    test(name, async () => {
      const expected = await answers(postgres, calls);
      assert.deepEqual(await answers(gateway, calls), expected);
    });

  test('functions of the session know it', async () => {
    using client = await RawClient.login(gateway);
    await client.until('readyForQuery');
    const [pid] = await answers(gateway, [{ oid: 2026 }]);
    assert.match(pid!, /^V 0000000[1-9a-f]/);
    const [changed] = await answers(gateway, [{ oid: 2078, values: ['my.x', 'y', 'f'] }]);
    assert.equal(changed, 'V 0000000179');
  });
});
