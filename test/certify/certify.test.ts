/**
 * Every scalar entry of the whitelist over edge values of its arguments, in the embedded Postgres and in DuckDB, cell by
 * cell. By default a sample that differs from run to run (CERTIFY_SEED repeats one); CERTIFY=full runs all cells,
 * CERTIFY=<part of a signature> all cells of what matches.
 */
import assert from 'node:assert/strict';
import { describe, test, before, after } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { functionTable } from '../../src/translate/function/function-table.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { certify } from './certify.ts';
import { openDuckdb } from './duckdb-side.ts';
import type { DuckdbSide } from './duckdb-side.ts';
import type { PostgresQuery } from './postgres-side.ts';
import { seededRandom } from './seeded-random.ts';

const MODE = process.env.CERTIFY ?? 'sample';
const SEED = Number(process.env.CERTIFY_SEED ?? Date.now() % 1_000_000);
const SAMPLE_CELLS = 40;
const ALL_CELLS = 2_500;
/** Where the embedded one's libm (musl) or locale is not that of a native server: a native one judges. */
const NATIVE =
  /^(sin|cos|tan|cot|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|dcbrt|exp|ln|log|log10|power|pow|dpow|degrees|upper|lower|initcap)\((float8|text)/;

describe(`the whitelist (CERTIFY_SEED=${SEED})`, async () => {
  const native = (await findPostgres()) !== undefined;
  let [embedded, duckdb]: [PGlite | undefined, DuckdbSide | undefined] = [undefined, undefined];
  let [server, client]: [RealPostgres | undefined, pg.Client | undefined] = [undefined, undefined];
  before(async () => {
    embedded = await PGlite.create();
    duckdb = await openDuckdb();
    if (!native) return;
    server = await startPostgres();
    client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();
  });
  after(async () => {
    await client?.end();
    await server?.[Symbol.asyncDispose]();
    await embedded?.close();
  });
  const random = seededRandom(SEED);
  const all = MODE !== 'sample';
  for (const signature of functionTable.keys()) {
    if (all && MODE !== 'full' && !signature.includes(MODE)) continue;
    const nativeOnly = NATIVE.test(signature);
    test(signature, { skip: nativeOnly && !native ? 'needs a native PostgreSQL' : false }, async () => {
      const query = nativeOnly ? nativeQuery(client!) : embeddedQuery(embedded!);
      const result = await resultType(embeddedQuery(embedded!), signature);
      const verdict = await certify(query, duckdb!, signature, result, {
        maxCells: all ? ALL_CELLS : SAMPLE_CELLS,
        random,
      });
      assert.ok(verdict.refused < verdict.cells, 'every cell is refused');
      assert.equal(verdict.differences.length, 0, verdict.differences.slice(0, 10).join('\n'));
    });
  }
});

async function resultType(query: PostgresQuery, signature: string): Promise<string> {
  const [, name, types] = /^([^(]+)\((.*)\)$/.exec(signature)!;
  if (name === 'io') return types!.split(',')[1]!;
  const rows =
    await query(`SELECT r.typname FROM pg_proc p JOIN pg_type r ON r.oid = p.prorettype WHERE proname = '${name}'
    AND pronamespace = 'pg_catalog'::regnamespace
    AND coalesce((SELECT string_agg(t.typname, ',' ORDER BY o) FROM unnest(p.proargtypes) WITH ORDINALITY a(id, o) JOIN pg_type t ON t.oid = a.id), '') = '${types}'`);
  assert.equal(rows.length, 1, 'there is no such function');
  return rows[0]![0]!;
}

function embeddedQuery(embedded: PGlite): PostgresQuery {
  return async (sql) => {
    const results = await embedded.exec(sql, { rowMode: 'array' });
    return results.at(-1)!.rows as unknown as (string | null)[][];
  };
}

function nativeQuery(client: pg.Client): PostgresQuery {
  return async (sql) => (await client.query<(string | null)[]>({ text: sql, rowMode: 'array' })).rows;
}
