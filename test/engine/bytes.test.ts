/** Bytes of any value are found in files with Bloom filters, which the reader asks for another form of the constant. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Schema } from '../../src/iceberg/iceberg.ts';
import { scanMarker } from '../../src/translate/translate.ts';
import { threadsMissing } from './open-test-engine.ts';
import { openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

const SCHEMA: Schema = {
  schemaId: 0,
  identifierFieldIds: [],
  fields: [
    { id: 1, name: 'b', required: false, type: 'binary' },
    {
      id: 3,
      name: 'st',
      required: false,
      type: { kind: 'struct', fields: [{ id: 4, name: 'x', required: false, type: 'binary' }] },
    },
    { id: 5, name: 'u', required: false, type: 'uuid' },
  ],
};
/** Two bytes each, a thousand rows of each; with a null a thousand times. */
const VALUES = ['00ff', 'ffff', '8000', '7f7f', '6162', '5c78'];

suite('bytes', { skip: threadsMissing }, () => {
  let table: TestTable;
  before(async () => {
    table = await openTestTable();
  });
  after(async () => await table?.[Symbol.asyncDispose]());

  test('equality finds every value, with Bloom filters too', async () => {
    const list = VALUES.map((hex) => `from_hex('${hex}')`).join(', ');
    const values = `SELECT b, {'x': b}, (repeat(lower(hex(b)), 8))::UUID
      FROM (SELECT ([${list}, NULL])[i % 7 + 1] AS b FROM range(7000) AS t(i))`;
    const [file] = await table.connection.writeData(table.request(values, SCHEMA));
    const count = async (condition: string): Promise<unknown> => {
      const sql = `SELECT count(*)::INTEGER FROM ${scanMarker(0)} WHERE ${condition}`;
      return (await table.readBack(table.planOf(SCHEMA, [file!]), sql))[0]![0];
    };
    for (const hex of VALUES) {
      const bytes = `from_hex('${hex}')`;
      for (const column of ['c1', 'c3.x']) {
        assert.equal(await count(`${column} = ${bytes}`), 1000, `${column} ${hex}`);
        assert.equal(await count(`${column} IN (SELECT ${bytes})`), 1000, `${column} ${hex} joined`);
        assert.equal(await count(`${column} IS NULL`), 1000);
      }
      assert.equal(await count(`c5 = '${hex.repeat(8)}'::UUID`), 1000, `c5 ${hex}`);
    }
  });
});
