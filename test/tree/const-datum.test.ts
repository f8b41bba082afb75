import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OID } from '../../src/pgtype/oid.ts';
import { openPostgres } from '../../src/postgres/open-postgres.ts';
import { FUNCTION_ROWS } from '../../src/translate/catalog/function-rows.ts';
import { OPERATOR_ROWS } from '../../src/translate/catalog/operator-rows.ts';
import { constValue } from '../../src/tree/const-value.ts';
import { readTree } from '../../src/tree/read-tree.ts';

let folder: string;
let postgres: Awaited<ReturnType<typeof openPostgres>>;
const CONTEXT = { role: 'tester', settings: new Map<string, string>() };
const NONE = { oids: [], formats: [], values: [] };

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergwire-datum-'));
  postgres = await openPostgres({ database: 'datum', role: 'tester', folder });
});
after(async () => {
  await postgres?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const LITERALS: readonly (readonly [type: string, typeOid: number, texts: readonly string[]])[] = [
  ['bool', OID.bool, ['true', 'false']],
  ['int2', OID.int2, ['0', '-32768', '32767']],
  ['int4', OID.int4, ['0', '-2147483648', '2147483647']],
  ['int8', OID.int8, ['0', '-9223372036854775808', '9223372036854775807']],
  ['float4', OID.float4, ['0', '-0', '1.5', 'NaN', 'Infinity', '3.4e38']],
  ['float8', OID.float8, ['0', '0.1', '-1e308', 'NaN', '-Infinity', '5e-324']],
  [
    'numeric',
    OID.numeric,
    [
      '0',
      '0.00',
      '1',
      '-1.50',
      '10000',
      '0.0001',
      '123456789012345678901234567890.123456789',
      '1e100',
      'NaN',
      '-0.00010000',
      '99999999.9999',
    ],
  ],
  ['text', OID.text, ['', 'x', 'äöü 😀', `it''s`, 'back\\slash', '{a}(b)']],
  ['varchar', OID.varchar, ['abc']],
  ['bpchar', OID.bpchar, ['ab  ']],
  ['name', OID.name, ['a_name']],
  ['bytea', OID.bytea, ['', '\\x00ff10']],
  ['date', OID.date, ['2020-02-29', '1969-12-31', '0044-03-15 BC', 'infinity', '-infinity']],
  ['time', OID.time, ['00:00:00', '23:59:59.999999', '24:00:00']],
  ['timestamp', OID.timestamp, ['2020-02-29 12:00:00.000001', '1900-01-01', 'infinity', '-infinity']],
  ['timestamptz', OID.timestamptz, ['2020-02-29 12:00:00+02', 'infinity']],
  ['interval', OID.interval, ['1 year -2 days 03:04:05.6', '0']],
  ['uuid', OID.uuid, ['f0000000-0000-4000-8000-000000000001']],
  ['int4[]', 1007, ['{}', '{1,2,3}', '{1,NULL,3}', '{{1,2},{3,4}}', '[2:3]={5,6}']],
  ['text[]', 1009, ['{a,NULL,"b c",""}', '{äöü,x}']],
  ['numeric[]', 1231, ['{1.5,NULL,-0.01}']],
  ['bool[]', 1000, ['{t,f,NULL}']],
  ['int8[]', 1016, ['{1,NULL,9223372036854775807}']],
  ['timestamp[]', 1115, ['{2020-01-01,NULL}']],
  [
    'jsonb',
    OID.jsonb,
    [
      '{}',
      '[]',
      '"x"',
      '1.50',
      'null',
      '{"b": [1, {"c": null}, "é\\n"], "a": -0.001, "": true, "longer": {"x": {}}}',
      JSON.stringify(Array.from({ length: 100 }, (_, i) => ({ [`k${i}`]: [i, 'x'.repeat(i)] }))),
    ],
  ],
  ['xml', OID.xml, ['<a>b</a>']],
  ['"char"', OID.char, ['x', '']],
  ['timetz', OID.timetz, ['04:05:06.7+02', '00:00:00-05:30']],
  ['money', OID.money, ['$1,234.50', '-$0.05']],
  ['varbit', OID.varbit, ['', '101010101']],
  ['inet', OID.inet, ['10.0.0.1/8', '::ffff:1.2.3.4', '2001:db8::1/64']],
  ['cidr', OID.cidr, ['10.0.0.0/8']],
  ['macaddr', OID.macaddr, ['08:00:2b:01:02:03']],
  ['macaddr8', OID.macaddr8, ['08:00:2b:01:02:03:04:05']],
  ['point', OID.point, ['(1,-0.5)']],
  ['box', OID.box, ['(1,2),(3,4)']],
  ['line', OID.line, ['{1,-1,0.5}']],
  ['circle', OID.circle, ['<(1,2),3>']],
  ['path', OID.path, ['((0,0),(1,1))', '[(0,0),(1,1),(2,0)]']],
  ['polygon', OID.polygon, ['((0,0),(1,1),(2,0))']],
  ['jsonb[]', 3807, ['{"{\\"a\\": 1}",NULL,"[1.5]"}']],
  ['inet[]', 1041, ['{10.0.0.1,NULL,::1}']],
  ['timetz[]', 1270, ['{04:05:06+02,NULL}']],
  ['varbit[]', 1563, ['{101,NULL,010}']],
  ['uuid[]', 2951, ['{f0000000-0000-4000-8000-000000000001}']],
];

for (const [type, typeOid, texts] of LITERALS)
  test(`a constant of type ${type} has the value that Postgres sends for it`, async () => {
    for (const text of texts) {
      const sql = `'${text}'::${type}`;
      const { tree } = await postgres.analyse(CONTEXT, `SELECT ${sql}`, []);
      const expression = readTree(tree).targetList![0]!.expr;
      assert.equal(expression.node, 'CONST');
      const [expected] = await postgres.evaluate(CONTEXT, [{ sql, typeOid }], NONE);
      if (expression.node === 'CONST') assert.deepEqual(constValue(expression), expected, sql);
    }
  });

// Built-ins in whose place functions of the session stand keep their oids under another name.
test('the tables of functions and operators are those of the embedded Postgres', async () => {
  const [functions] = await postgres.evaluate(
    CONTEXT,
    [
      {
        sql: `(SELECT string_agg(oid::text || ':' || provolatile::text || prokind::text || CASE WHEN proretset THEN 's' ELSE '-' END || ':' || regexp_replace(proname::text, '^bergwire_', '') || '(' ||
          coalesce((SELECT string_agg((SELECT typname::text FROM pg_type WHERE oid = a), ',' ORDER BY i) FROM unnest(proargtypes) WITH ORDINALITY AS x(a, i)), '') || ')',
          ' ' ORDER BY oid) FROM pg_proc WHERE oid < 16384 AND pronamespace = 'pg_catalog'::regnamespace)`,
        typeOid: OID.text,
      },
    ],
    NONE,
  );
  assert.equal(functions, FUNCTION_ROWS.trim().replaceAll('\n', ' '));
  const [operators] = await postgres.evaluate(
    CONTEXT,
    [
      {
        sql: `(SELECT string_agg(oid::text || ':' || oprcode::oid::text || ':' || oprname::text, ' ' ORDER BY oid) FROM pg_operator WHERE oid < 16384 AND oprcode <> 0)`,
        typeOid: OID.text,
      },
    ],
    NONE,
  );
  const ours = OPERATOR_ROWS.trim()
    .split(/\s+/)
    .map((row) => row.replace(/^(\d+):(\d+):.*:(.*)$/, '$1:$2:$3'));
  assert.equal(operators, ours.join(' '));
});
