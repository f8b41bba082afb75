/**
 * SQL scripts that a real PostgreSQL and the gateway answer alike: names, types, values as text, SQLSTATEs. The
 * expectations are PostgreSQL's (REWRITE=1 takes them from it). `query` compares rows in order, `query sorted` in any;
 * with the word `finished` the gateway has no translation and refuses with 0A000 where Postgres may finish nothing; with
 * the word `refused` it always does.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startGateway } from '../support/gateway.ts';
import type { Gateway } from '../support/gateway.ts';
import { findPostgres, startPostgres } from '../support/real-postgres.ts';
import type { RealPostgres } from '../support/real-postgres.ts';
import { parseScript, runScript } from '../support/script.ts';
import type { ScriptStep } from '../support/script.ts';
import { answerText, errorMessage } from './answer-text.ts';

const FOLDER = new URL('.', import.meta.url);
const SCRIPTS = readdirSync(FOLDER).filter((name) => name.endsWith('.slt'));
const TABLES = readFileSync(new URL('tables.sql', FOLDER), 'utf8')
  .split(/;\n/)
  .filter((text) => text.trim() !== '');
const native = (await findPostgres()) !== undefined;

describe('SQL scripts on PostgreSQL', { skip: native ? false : 'needs a native PostgreSQL' }, () => {
  let [server, client]: [RealPostgres | undefined, pg.Client | undefined] = [undefined, undefined];
  before(async () => {
    server = await startPostgres();
    client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();
    for (const statement of TABLES) await client.query(statement);
  });
  after(async () => {
    await client?.end();
    await server?.[Symbol.asyncDispose]();
  });
  for (const name of SCRIPTS) {
    test(name, async () => {
      await client!.query('RESET ALL');
      await runScript(fileURLToPath(new URL(name, FOLDER)), (step) =>
        answerText(client!, step.input, step.words.includes('sorted')),
      );
    });
  }
});

describe('SQL scripts on the gateway', () => {
  onGateway([], (step) => (step.words.includes('refused') ? 'error 0A000' : step.expected));
});

describe('SQL scripts on a gateway that has Postgres finish nothing', () => {
  onGateway(['--limits.finishRows=0'], (step) => (step.words.includes('finished') ? 'error 0A000' : undefined));
});

/** Steps without an expectation are left out. */
function onGateway(flags: readonly string[], expectation: (step: ScriptStep) => string | undefined): void {
  let [gateway, client]: [Gateway | undefined, pg.Client | undefined] = [undefined, undefined];
  before(async () => {
    gateway = await startGateway({ flags });
    const { host, port, user, database } = gateway;
    client = new pg.Client({ host, port, user, database });
    await client.connect();
    for (const statement of TABLES) await client.query(statement);
  });
  after(async () => {
    await client?.end();
    await gateway?.[Symbol.asyncDispose]();
  });
  for (const name of SCRIPTS) {
    test(name, async (t) => {
      await client!.query('RESET ALL');
      for (const step of parseScript(readFileSync(new URL(name, FOLDER), 'utf8'))) {
        const expected = expectation(step);
        if (expected === undefined) continue;
        await t.test(`line ${step.line}`, async () => {
          const actual = await answerText(client!, step.input, step.words.includes('sorted'));
          const why = actual.startsWith('error') && actual !== expected ? await errorMessage(client!, step.input) : '';
          assert.equal(actual, expected, why === '' ? `${step.input}\n` : `${step.input}\n${why}`);
        });
      }
    });
  }
}
