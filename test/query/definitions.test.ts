import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { DEFINITIONS } from './definition-statements.ts';

let gateway: Gateway;
let postgres: RealPostgres;
before(async () => {
  [gateway, postgres] = await Promise.all([startGateway(), startPostgres()]);
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

describe('definitions are what PostgreSQL makes of them: rows, types, tags, notices, every field of errors', () => {
  for (const [name, statements] of Object.entries(DEFINITIONS))
    test(name, async () => {
      const schema = `d_${name.replaceAll(/\W/g, '_')}`;
      const script = [`CREATE SCHEMA ${schema}`, `SET search_path = ${schema}`, ...statements];
      const [actual, expected] = [await answers(gateway, script), await answers(postgres, script)];
      for (const [index, answer] of actual.entries()) assert.deepEqual(answer, expected[index], script[index]);
      assert.equal(actual.length, script.length);
    });
});

type Server = Pick<RealPostgres, 'host' | 'port' | 'user' | 'database'>;

async function answers({ host, port, user, database }: Server, script: readonly string[]): Promise<readonly unknown[]> {
  const types = { getTypeParser: () => (text: string) => text };
  const client = new pg.Client({ host, port, user, database, types });
  await client.connect();
  let notices: unknown[] = [];
  client.on('notice', ({ severity, code, message, detail }) => {
    // The gateway's own: keys are not enforced.
    if (severity !== 'WARNING') notices.push({ severity, code, message, detail });
  });
  const seen: unknown[] = [];
  for (const text of script) {
    notices = [];
    seen.push({ ...(await answer(client, text)), notices });
  }
  await client.end();
  return seen;
}

async function answer(client: pg.Client, text: string): Promise<object> {
  try {
    const { command, rowCount, fields, rows } = await client.query({ text, rowMode: 'array' });
    const columns = fields.map(({ name, dataTypeID, dataTypeModifier }) => [name, dataTypeID, dataTypeModifier]);
    return { command, rowCount, columns, rows };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const { code, message, detail, schema, table, column, constraint } = error;
    return { code, message, detail, schema, table, column, constraint };
  }
}
