/**
 * Each partition transform and each kind of write, both ways: the gateway writes, PyIceberg and Spark read the same
 * rows; Spark deletes, updates and merges on read, the gateway reads them and writes on top.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { GatewayClient } from '../../src/cli/gateway-client.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { LineProcess } from '../support/line-process.ts';
import { need, tools } from '../support/tools.ts';

type Row = readonly (string | null)[];

const COLUMNS = ['id', 's', 'd', 'ts', 'n'];
const PARTITIONINGS: readonly string[] = [
  'id, bucket(4, s), year(d)',
  'bucket(3, id), s, month(d)',
  'truncate(10, id), truncate(2, s), day(d)',
  'hour(ts), bucket(2, d), n',
  'day(ts), truncate(100, n)',
  'month(ts), bucket(3, n), d',
  'year(ts), bucket(2, ts)',
];

const OUR_WRITES: readonly string[] = [
  `INSERT INTO $t VALUES (1, 'one', '1969-12-31', '1969-12-31 23:30:00+00', -0.5), (2, 'zwei', '2024-02-29', '2024-02-29 12:00:00+00', 150),
     (-13, 'äöü', '2024-03-01', '2024-02-29 13:00:00+00', -150.25), (4, NULL, NULL, NULL, NULL), (15, 'on', '1970-01-01', '1970-01-01 00:00:00+00', 99.99)`,
  `INSERT INTO $t SELECT id + 100, s || '!', d + 400, ts + interval '90 min', n * 2 FROM $t`,
  'DELETE FROM $t WHERE id IN (2, 104)',
  `UPDATE $t SET s = upper(s), d = d - 31, ts = ts - interval '1 year', n = n + 1 WHERE id IN (1, 102, 4)`,
  `MERGE INTO $t t USING (VALUES (15, 'merged'), (101, NULL), (300, 'new')) v(id, s) ON t.id = v.id
   WHEN MATCHED AND v.s IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET s = v.s, n = NULL
   WHEN NOT MATCHED THEN INSERT (id, s, d) VALUES (v.id, v.s, '2024-12-31')`,
  `WITH gone AS (DELETE FROM $t WHERE id = 115 RETURNING *) INSERT INTO $t SELECT id + 1, s, d, ts, n FROM gone`,
];

const SPARK_WRITES: readonly string[] = [
  `INSERT INTO $t VALUES (400, 'spark', date '2024-02-29', timestamp '2024-02-29 12:34:56', 150.5), (401, 'zw', date '1969-12-31', timestamp '1969-12-31 23:59:59', -1)`,
  'DELETE FROM $t WHERE id IN (-13, 400)',
  `UPDATE $t SET s = concat(s, '?'), d = date_add(d, 1) WHERE id > 100`,
  `MERGE INTO $t t USING (SELECT 15L AS id, 'again' AS s UNION ALL SELECT 500L, 'fresh') v ON t.id = v.id
   WHEN MATCHED THEN UPDATE SET s = v.s WHEN NOT MATCHED THEN INSERT (id, s, d, ts, n) VALUES (v.id, v.s, null, null, null)`,
];

const ON_TOP: readonly string[] = [
  `UPDATE $t SET n = coalesce(n, 0) + 10 WHERE id IN (401, 15, 500, 1)`,
  `DELETE FROM $t WHERE d < '1970-01-01' OR id = 300`,
  'DELETE FROM $t',
];

let gateway: Gateway;
let client: GatewayClient;

describe('transforms and writes with other engines', { skip: need('python', 'spark') }, () => {
  let spark: LineProcess;
  let pyiceberg: LineProcess;
  before(async () => {
    gateway = await startGateway();
    client = await gateway.connect();
    await client.rows('CREATE SCHEMA tr');
    spark = startEngine('spark', [tools.jar('iceberg-spark-runtime')!, tools.jar('sqlite-jdbc')!]);
    pyiceberg = startEngine('pyiceberg', []);
  });
  after(async () => {
    await spark[Symbol.asyncDispose]();
    await pyiceberg[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
  });

  async function allReadAlike(table: string, what: string): Promise<void> {
    const { rows } = await client.rows(`SELECT ${COLUMNS.join(', ')} FROM ${table}`);
    for (const engine of [spark, pyiceberg]) {
      const theirs = await engine.ask<readonly Row[]>({ rows: table, columns: COLUMNS });
      assert.deepEqual(alike(theirs), alike(rows), `${engine === spark ? 'Spark' : 'PyIceberg'} after ${what}`);
    }
  }

  for (const [index, partitioning] of PARTITIONINGS.entries())
    test(partitioning, async () => {
      const table = `tr.t${index}`;
      await client.rows(
        `CREATE TABLE ${table} (id bigint, s text, d date, ts timestamptz, n numeric(8,2)) PARTITION BY (${partitioning})
         WITH ("write.delete.mode" = 'merge-on-read', "write.update.mode" = 'merge-on-read', "write.merge.mode" = 'merge-on-read')`,
      );
      for (const write of OUR_WRITES) await client.rows(write.replaceAll('$t', table));
      await allReadAlike(table, 'our writes');
      for (const write of SPARK_WRITES) await spark.ask({ sql: write.replaceAll('$t', table) });
      await allReadAlike(table, `Spark's writes`);
      for (const write of ON_TOP) {
        await client.rows(write.replaceAll('$t', table));
        await allReadAlike(table, write);
      }
      const { rows } = await client.rows(`SELECT count(*) FROM tr."t${index}$files"`);
      assert.deepEqual(rows, [['0']], 'an empty table has no files');
    });

  test('a partition field that was dropped is void in format version 1', async () => {
    await client.rows(
      `CREATE TABLE tr.v (id bigint, s text, d date, ts timestamptz, n numeric(8,2)) PARTITION BY (s, bucket(2, id)) WITH ("format-version" = '1')`,
    );
    await client.rows(OUR_WRITES[0]!.replaceAll('$t', 'tr.v'));
    await spark.ask({ sql: 'ALTER TABLE tr.v DROP PARTITION FIELD s' });
    for (const write of OUR_WRITES.slice(1)) await client.rows(write.replaceAll('$t', 'tr.v'));
    await allReadAlike('tr.v', 'our writes');
    for (const write of SPARK_WRITES) await spark.ask({ sql: write.replaceAll('$t', 'tr.v') });
    await client.rows(ON_TOP[0]!.replaceAll('$t', 'tr.v'));
    await allReadAlike('tr.v', 'all writes');
  });
});

function startEngine(kind: 'spark' | 'pyiceberg', jars: readonly string[]): LineProcess {
  const folder = join(gateway.folder, '.bergwire');
  const program = fileURLToPath(new URL('engines.py', import.meta.url));
  return new LineProcess(tools.python, [program, kind, join(folder, 'catalog.db'), join(folder, 'warehouse'), ...jars]);
}

/** Engines spell the zone in their own ways. */
function alike(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row.map((cell) => cell?.replace(/\+00(:00)?$/, '') ?? null))).toSorted();
}
