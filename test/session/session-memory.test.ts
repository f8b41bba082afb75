/** What one session may hold in statements, portals and cursors is bounded together, and is free again when closed. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { frontendBytes } from '../support/frontend-bytes.ts';
import { RawClient } from '../support/raw-client.ts';
import { startWireGateway } from '../support/wire-gateway.ts';
import type { WireGateway } from '../support/wire-gateway.ts';

describe('the memory of a session', () => {
  let gateway: WireGateway;
  before(async () => {
    gateway = await startWireGateway();
  });
  after(() => gateway[Symbol.asyncDispose]());

  /** The error code that ends these messages, or undefined. */
  async function codeAfter(client: RawClient, ...messages: readonly Buffer[]): Promise<string | undefined> {
    client.send(...messages, frontendBytes('Sync'));
    const answers = await client.until('readyForQuery');
    return (answers.find(({ name }) => name === 'error') as { readonly code?: string } | undefined)?.code;
  }

  test('named statements', async () => {
    using client = await RawClient.ready(gateway);
    const parse = (name: string): Buffer =>
      frontendBytes({ Parse: { name, text: `SELECT '${'x'.repeat(30_000)}'::text` } });
    for (const name of ['a', 'b', 'c']) assert.equal(await codeAfter(client, parse(name)), undefined);
    assert.equal(await codeAfter(client, parse('d')), '53400');
    assert.equal(await codeAfter(client, frontendBytes({ Close: { statement: 'a' } }), parse('d')), undefined);
    await client.query('DEALLOCATE ALL');
    assert.equal(await codeAfter(client, parse('e')), undefined);
  });

  test('parameters of portals', async () => {
    using client = await RawClient.ready(gateway);
    const bind = (portal: string): Buffer =>
      frontendBytes({ Bind: { portal, statement: 's', values: ['y'.repeat(900_000)] } });
    const parse = frontendBytes({ Parse: { name: 's', text: 'SELECT length($1::text)' } });
    const portals = Array.from({ length: 12 }, (_, at) => bind(`p${at}`));
    assert.equal(await codeAfter(client, parse, ...portals), '53400');
    assert.equal(await codeAfter(client, ...portals.slice(0, 10)), undefined);
    // The unnamed one takes the place of the one before.
    assert.equal(await codeAfter(client, ...Array.from({ length: 30 }, () => bind(''))), undefined);
  });

  test('rows of cursors', async () => {
    using client = await RawClient.ready(gateway);
    const declare = (name: string): string =>
      `DECLARE ${name} SCROLL CURSOR FOR SELECT repeat('z', 900) FROM generate_series(1, 1000); FETCH LAST FROM ${name}`;
    const all = Array.from({ length: 12 }, (_, at) => declare(`c${at}`));
    assert.ok((await client.query(`BEGIN; ${all.slice(0, 9).join('; ')}; COMMIT`)).includes('dataRow'));
    client.send(frontendBytes({ Query: `BEGIN; ${all.join('; ')}` }));
    assert.equal((await client.error()).code, '53400');
  });
});
