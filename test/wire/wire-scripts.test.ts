import { readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { runWireScript } from '../support/wire-script.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const SCRIPTS = readdirSync(FOLDER).filter((name) => name.endsWith('.wire'));

describe('wire scripts on PostgreSQL', async () => {
  const skip = (await findPostgres()) === undefined ? 'no PostgreSQL server is installed' : false;
  let postgres: RealPostgres;
  before(async () => {
    if (skip === false) postgres = await startPostgres();
  });
  after(() => postgres?.[Symbol.asyncDispose]());
  for (const script of SCRIPTS) test(script, { skip }, () => runWireScript(FOLDER + script, postgres, 'postgres'));
});

/** Once for what happens the first time, and again for what is known from then on. */
describe('wire scripts on the gateway, twice', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway[Symbol.asyncDispose]());
  for (const script of [...SCRIPTS, ...SCRIPTS]) test(script, () => runWireScript(FOLDER + script, gateway, 'gateway'));
});
