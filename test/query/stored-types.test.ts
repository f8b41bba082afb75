/** Tables whose columns have types that Iceberg does not have answer as PostgreSQL's own, in text and in binary. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { STATEMENTS } from './stored-types-statements.ts';

let gateway: Gateway;
let postgres: RealPostgres;
let clients: readonly pg.Client[];

before(async () => {
  [gateway, postgres] = await Promise.all([startGateway(), startPostgres()]);
  clients = [gateway, postgres].map(
    ({ host, port, user, database }) =>
      new pg.Client({
        host,
        port,
        user,
        database,
        types: {
          getTypeParser: () => (value: string | Buffer) => (typeof value === 'string' ? value : value.toString('hex')),
        },
      }),
  );
  for (const client of clients) {
    await client.connect();
    await client.query('CREATE SCHEMA stored; SET search_path TO stored');
  }
});

after(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await Promise.all([gateway[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]);
});

for (const [name, statements] of Object.entries(STATEMENTS))
  test(name, async () => {
    const wrong: string[] = [];
    for (const statement of statements) {
      const [text, values] = typeof statement === 'string' ? [statement, undefined] : statement;
      for (const binary of /^(SELECT|WITH|VALUES)/.test(text) ? [false, true] : [false]) {
        const [actual, expected] = await Promise.all(clients.map((client) => answer(client, text, values, binary)));
        if (!isDeepStrictEqual(actual, expected)) {
          const asked = `${text}${values === undefined ? '' : ` ${JSON.stringify(values)}`}${binary ? ' (binary)' : ''}`;
          wrong.push(`${asked}\n  gives    ${JSON.stringify(actual)}\n  expected ${JSON.stringify(expected)}`);
        }
      }
    }
    assert.equal(wrong.length, 0, wrong.join('\n'));
  });

async function answer(
  client: pg.Client,
  text: string,
  values: readonly unknown[] | undefined,
  binary: boolean,
): Promise<unknown> {
  try {
    // `binary` is missing in the types of pg.
    const config = { text, ...(values && { values: [...values] }), binary, rowMode: 'array' } as pg.QueryArrayConfig;
    const result = await client.query(config);
    const types = result.fields.map(({ name, dataTypeID, dataTypeModifier, dataTypeSize }) => [
      name,
      dataTypeID,
      dataTypeModifier,
      dataTypeSize,
    ]);
    return { rows: result.rows, types, count: result.rowCount, command: result.command };
  } catch (error) {
    const { code, message } = error as pg.DatabaseError;
    return { code, message };
  }
}
