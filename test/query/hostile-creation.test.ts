import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DatabaseError } from 'pg-protocol';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';

/** What CREATE TABLE must refuse, with the SQLSTATE; nothing may be written outside the warehouse. */
let gateway: Gateway;

before(async () => {
  gateway = await startGateway();
});

after(async () => {
  await gateway[Symbol.asyncDispose]();
});

describe('CREATE TABLE of a hostile client', () => {
  const outside = (): string => join(gateway.folder, 'outside');
  const refused: readonly (readonly [string, string, () => string])[] = [
    ['a location elsewhere', '42501', () => `location = '${outside()}'`],
    ['a location elsewhere as a URI', '42501', () => `location = 'file://${outside()}'`],
    ['a climbing location', '42501', () => `location = '${gateway.folder}/.bergwire/warehouse/../../outside'`],
    ['the warehouse itself', '42501', () => `location = '${gateway.folder}/.bergwire/warehouse'`],
    ['another store', '42501', () => `location = 's3://bucket/t'`],
    ['an empty location', '58030', () => `location = ''`],
    ['data elsewhere', '42501', () => `"write.data.path" = '${outside()}'`],
    ['metadata elsewhere', '42501', () => `"write.metadata.path" = '${outside()}'`],
    ['a default as a property', '42939', () => `"bergwire.default.1" = '1'`],
    ['a check as a property', '42939', () => `"bergwire.check.c" = 'true'`],
  ];
  for (const [name, sqlstate, option] of refused)
    test(name, async () => {
      assert.equal(await outcome(`CREATE TABLE public.t (a int) WITH (${option()})`), sqlstate);
      assert.equal(await outcome('SELECT * FROM public.t'), '42P01');
      assert.equal(existsSync(outside()), false);
    });

  test('a location inside the warehouse is taken', async () => {
    const location = `${gateway.folder}/.bergwire/warehouse/mine/t`;
    assert.equal(await outcome(`CREATE TABLE public.mine (a int) WITH (location = '${location}')`), 'done');
    assert.equal(await outcome('INSERT INTO public.mine VALUES (1)'), 'done');
    assert.equal(await outcome('SELECT * FROM public.mine'), 'done');
    assert.ok(existsSync(join(location, 'metadata')));
  });

  test('no columns, no buckets, no SELECT INTO a system schema', async () => {
    assert.equal(await outcome('CREATE TABLE public.t ()'), '0A000');
    assert.equal(await outcome('CREATE TABLE public.t (a int) PARTITION BY (bucket(0, a))'), '22023');
    assert.equal(await outcome('SELECT * INTO pg_catalog.t FROM public.mine'), '42501');
  });
});

async function outcome(sql: string): Promise<string> {
  const client = await gateway.connect();
  try {
    await client.rows(sql);
    return 'done';
  } catch (error) {
    if (error instanceof DatabaseError) return error.code ?? '';
    throw error;
  } finally {
    await client[Symbol.asyncDispose]();
  }
}
