/** Nested vectors are read right whatever their physical form: sliced, constant, repeated, null. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { EngineConnection } from '../../src/engine/engine.ts';
import { OID } from '../../src/pgtype/oid.ts';
import { allTexts, openTestEngine, plainFormat, statement, threadsMissing } from './open-test-engine.ts';
import type { TestEngine } from './open-test-engine.ts';

suite('nested values', { skip: threadsMissing }, () => {
  let opened: TestEngine;
  let connection: EngineConnection;
  before(async () => {
    opened = await openTestEngine();
    connection = await opened.engine.connect();
    await connection.run(
      statement(`CREATE TEMP TABLE t AS SELECT i, 'string value number ' || i AS s, [i, i + 1] AS l,
        {'x': i, 'y': 'long string in struct ' || i} AS st, CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS n FROM range(20000) AS r(i)`),
    );
  });
  after(async () => {
    await connection?.[Symbol.asyncDispose]();
    await opened?.[Symbol.asyncDispose]();
  });

  for (const sql of [
    'SELECT struct_pack(a := s, b := n, c := l, d := st) AS v FROM t WHERE i % 7 = 3',
    `SELECT [s, s || 'x'] AS v FROM t WHERE i % 7 = 3`,
    'SELECT [struct_pack(a := s, b := n)] AS v FROM t WHERE i % 7 = 3 ORDER BY hash(i)',
    `SELECT struct_pack(a := 'const', b := n) AS v FROM t WHERE i % 7 = 3`,
    'SELECT struct_pack(a := NULL::VARCHAR, b := 7) AS v FROM t WHERE i % 7 = 3',
    'SELECT CASE WHEN i % 2 = 0 THEN struct_pack(a := s, b := n) END AS v FROM t',
    'SELECT struct_pack(a := u.st) AS v FROM (SELECT unnest([st, st]) AS st, i FROM t) AS u WHERE i % 3 = 1',
    'SELECT struct_pack(a := a.s, b := b.st) AS v FROM t AS a LEFT JOIN (SELECT * FROM t WHERE i % 2 = 0) AS b ON a.i = b.i',
  ]) {
    test(sql, async () => {
      const rows = await connection.values(statement(sql));
      const json = await connection.values(statement(`SELECT to_json(v)::VARCHAR FROM (${sql})`));
      assert.deepEqual(
        rows.map(([value]) => JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? Number(inner) : inner))),
        json.map(([text]) => text ?? 'null'),
      );
    });
  }

  test('composites, arrays and maps are quoted as Postgres quotes them', async () => {
    const sql = `SELECT {'a': 'x y', 'b': NULL, 'c': 'q"\\', 'd': ''}, ['a,b', NULL, 'NULL', '', 'x"y'], [[1, 2], [], NULL],
      MAP {'k 1': 1.5, 'z': NULL}, [{'a': 1, 'b': 'p q'}], {'t': TIMESTAMP '2024-01-01 00:00:00', 'f': 'inf'::DOUBLE, 'b': true, 'x': '\\x00'::BLOB}`;
    const oid = 99_999;
    const [row] = await allTexts(
      await connection.rows(statement(sql), plainFormat([oid, OID.text, oid, oid, oid, oid])),
    );
    assert.deepEqual(row, [
      '("x y",,"q""\\\\","")',
      '{"a,b",NULL,"NULL","","x\\"y"}',
      '{"{1,2}","{}",NULL}',
      '{"(\\"k 1\\",1.5)","(z,)"}',
      '{"(1,\\"p q\\")"}',
      '("2024-01-01 00:00:00",Infinity,t,"\\\\x00")',
    ]);
  });
});
