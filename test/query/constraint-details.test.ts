import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';

let gateway: Gateway;
let postgres: RealPostgres;
before(async () => {
  [gateway, postgres] = await Promise.all([startGateway(), startPostgres()]);
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

const SCRIPT = [
  'CREATE SCHEMA f',
  `CREATE TABLE f.t (id int NOT NULL, name text, price numeric(8,2), at timestamptz, x float8, flag boolean NOT NULL,
   CONSTRAINT positive CHECK (price > 0), CONSTRAINT named CHECK (name <> ''))`,
  `INSERT INTO f.t VALUES (1, 'a', 1.5, '2024-01-01 00:00:00+00', 0.1, true)`,
  `INSERT INTO f.t VALUES (2, 'a', 1, NULL, 1e300, true), (3, 'b', -1, '2024-06-01 12:00:00+00', 2, false), (NULL, '', 0, NULL, 1, true)`,
  `INSERT INTO f.t (id, name) VALUES (4, repeat('é', 40))`,
  `INSERT INTO f.t VALUES (5, '', -2, NULL, NULL, true)`,
  `UPDATE f.t SET price = price - 10`,
  `UPDATE f.t SET id = NULL WHERE id = 1`,
  `UPDATE f.t SET price = NULL, name = NULL`,
];

test('rows that break NOT NULL and CHECK are reported as PostgreSQL does, field by field', async () => {
  const answers = await Promise.all([gateway, postgres].map(run));
  assert.deepEqual(answers[0], answers[1]);
  assert.equal(answers[0]!.filter((answer) => answer?.detail?.startsWith('Failing row contains') === true).length, 5);
});

async function run({ host, port, user, database }: Gateway | RealPostgres) {
  const client = new pg.Client({ host, port, user, database });
  await client.connect();
  const answers: (
    | Pick<pg.DatabaseError, 'code' | 'message' | 'detail' | 'schema' | 'table' | 'column' | 'constraint'>
    | undefined
  )[] = [];
  for (const sql of SCRIPT) {
    const error = await client.query(sql).then(
      () => undefined,
      (reason: unknown) => reason as pg.DatabaseError,
    );
    const { code, message, detail, schema, table, column, constraint } = error ?? ({} as pg.DatabaseError);
    answers.push(error && { code, message, detail, schema, table, column, constraint });
  }
  await client.end();
  return answers;
}
