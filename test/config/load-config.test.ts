import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ConfigError } from '../../src/config/config.ts';
import { describeConfig } from '../../src/config/describe-config.ts';
import { loadConfig } from '../../src/config/load-config.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergwire-config-'));
});
after(() => rm(folder, { recursive: true, force: true }));

type Given = { file?: string; environment?: Record<string, string>; flags?: readonly string[] };

async function load({ file, environment = {}, flags = [] }: Given) {
  const path = join(folder, 'bergwire.yaml');
  await rm(path, { force: true });
  if (file !== undefined) await writeFile(path, file);
  return loadConfig({ environment, flags, folder });
}

async function problems(given: Given): Promise<readonly string[]> {
  const error = await load(given).then(
    () => assert.fail('the configuration was accepted'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof ConfigError, String(error));
  return error.problems;
}

describe('defaults', () => {
  test('an embedded warehouse in the working folder, on loopback', async () => {
    const { config, sources } = await load({});
    assert.deepEqual(config.listen, { host: '127.0.0.1', port: 5439 });
    assert.deepEqual(config.catalogs, {
      bergwire: {
        type: 'sql',
        uri: `sqlite:${join(folder, '.bergwire/catalog.db')}`,
        warehouse: join(folder, '.bergwire/warehouse'),
        catalogName: undefined,
        readOnly: false,
      },
    });
    assert.equal(sources.get('catalogs.bergwire.uri'), 'default');
  });

  test('the result is frozen to its leaves', async () => {
    const { config } = await load({});
    assert.throws(() => Object.assign(config.catalogs.bergwire!, { readOnly: true }), TypeError);
    assert.throws(() => Object.assign(config.listen, { port: 1 }), TypeError);
  });
});

describe('sources', () => {
  test('flags win over the environment, the environment over the file', async () => {
    const file = 'listen: { host: localhost, port: 1 }\nlimits:\n  connections: 7\n  portals: 5\n';
    const environment = { BERGWIRE_LISTEN_PORT: '2', BERGWIRE_LIMITS_CONNECTIONS: '8' };
    const { config, sources } = await load({ file, environment, flags: ['--port', '3'] });
    assert.deepEqual(config.listen, { host: 'localhost', port: 3 });
    assert.equal(config.limits.connections, 8);
    assert.equal(config.limits.portals, 5);
    assert.equal(sources.get('listen.host'), 'bergwire.yaml:1');
    assert.equal(sources.get('listen.port'), '--port');
    assert.equal(sources.get('limits.connections'), 'BERGWIRE_LIMITS_CONNECTIONS');
    assert.equal(sources.get('limits.portals'), 'bergwire.yaml:4');
    assert.equal(sources.get('limits.nesting'), 'default');
  });

  test('the file of --config wins over that of BERGWIRE_CONFIG; its paths are relative to its folder', async () => {
    const other = join(folder, 'other');
    await rm(other, { recursive: true, force: true });
    await mkdir(other);
    await writeFile(
      join(other, 'my.yaml'),
      `catalogs:
  fixtures: { type: sql, uri: "sqlite:../shared/catalog.db", readOnly: true }
storage:
  locations: { "s3://fixtures/": "../shared/warehouse/" }
`,
    );
    const { config } = await load({ flags: ['--config=other/my.yaml'], environment: { BERGWIRE_CONFIG: 'nowhere' } });
    assert.deepEqual(Object.keys(config.catalogs), ['fixtures']);
    assert.equal(config.catalogs.fixtures!.uri, `sqlite:${join(folder, 'shared/catalog.db')}`);
    assert.deepEqual(config.storage.locations, { 's3://fixtures/': `${join(folder, 'shared/warehouse')}/` });
  });

  test('maps come from flags by their dotted names and from variables as text', async () => {
    const { config } = await load({
      flags: [
        '--catalogs.my.lake.uri',
        'sqlite:a.db',
        '--catalogs.my.lake.readOnly',
        '--storage.locations.s3://a.b/=x/',
      ],
      environment: { BERGWIRE_CATALOGS: '{"b": {"uri": "sqlite:b.db", "warehouse": "s3://b/w"}}' },
    });
    assert.deepEqual(Object.keys(config.catalogs).toSorted(), ['b', 'my.lake']);
    assert.equal(config.catalogs.b!.warehouse, 's3://b/w');
    assert.equal(config.catalogs['my.lake']!.readOnly, true);
    assert.deepEqual(config.storage.locations, { 's3://a.b/': `${join(folder, 'x')}/` });
  });

  test('sizes and times take PostgreSQL units', async () => {
    const file = 'limits: { messageBytes: 2MB, statementTimeoutMs: 5min, engineMemoryBytes: 1073741824 }';
    const { config } = await load({ file, environment: { BERGWIRE_LIMITS_SHUTDOWN_GRACE_MS: '250' } });
    assert.equal(config.limits.messageBytes, 2 * 1024 * 1024);
    assert.equal(config.limits.statementTimeoutMs, 300_000);
    assert.equal(config.limits.engineMemoryBytes, 1024 ** 3);
    assert.equal(config.limits.shutdownGraceMs, 250);
  });
});

describe('problems name the setting, the source and what is accepted', () => {
  const LISTEN = 'expected one of host, port';
  const cases: readonly (readonly [title: string, given: Given, expected: RegExp])[] = [
    [
      'unknown key of a file',
      { file: 'listen:\n  prot: 1' },
      RegExp(`^listen\\.prot \\(bergwire\\.yaml:2\\).*${LISTEN}$`),
    ],
    [
      'unknown top-level key',
      { file: 'lisen: {}' },
      /^lisen \(bergwire\.yaml:1\): unknown key; expected one of listen,/,
    ],
    [
      'unknown key of a catalog',
      { file: 'catalogs: { a: { url: x, uri: "sqlite:a" , readOnly: true} }' },
      /^catalogs\.a\.url /,
    ],
    ['unknown variable', { environment: { BERGWIRE_PORT: '1' } }, /^BERGWIRE_PORT: .*BERGWIRE_LISTEN_PORT/],
    ['unknown flag', { flags: ['--listen.prot', '1'] }, RegExp(`^listen\\.prot \\(--listen\\.prot\\).*${LISTEN}$`)],
    ['no flag', { flags: ['verbose'] }, /^verbose: not a flag/],
    [
      'text for a number',
      { file: 'listen: { port: "5439" }' },
      /"5439" is not accepted; expected a whole number from 0 to 65535$/,
    ],
    ['a number out of range', { flags: ['--port=70000'] }, /^listen\.port \(--port\): "70000" is not accepted/],
    ['a fraction', { file: 'limits: { connections: 1.5 }' }, /^limits\.connections \(bergwire\.yaml:1\): 1\.5 is not/],
    [
      'an unknown unit',
      { file: 'limits: { messageBytes: 1MiB }' },
      /"1MiB" is not accepted.*units? \(B, kB, MB, GB, TB\)/,
    ],
    ['text for a flag', { file: 'demo: "yes"' }, /^demo .*expected true or false$/],
    ['a word that is no choice', { file: 'log: { level: loud }' }, /"loud" is not accepted; expected "fatal", /],
    ['a value where a map stands', { file: 'listen: 5439' }, /^listen \(bergwire\.yaml:1\).*expected a map/],
    ['a map where a value stands', { file: 'listen: { port: { a: 1 } }' }, /^listen\.port \(bergwire\.yaml:1\)/],
    ['an empty value', { file: 'listen:\n  host: x\n  port:\n' }, /^listen\.port \(bergwire\.yaml:3\)/],
    ['a file that is not there', { flags: ['--config', 'none.yaml'] }, /none\.yaml: cannot be read/],
    ['a file that is not YAML', { file: 'listen: {' }, /^bergwire\.yaml:1: /],
    ['a key given twice', { file: 'demo: true\ndemo: false' }, /^bergwire\.yaml:2: /],
    [
      'a catalog without uri',
      { file: 'catalogs: { a: { readOnly: true } }' },
      /^catalogs\.a\.uri: missing; expected sqlite:FILE/,
    ],
    [
      'a catalog without warehouse',
      { file: 'catalogs: { a: { uri: "sqlite:x" } }' },
      /^catalogs\.a\.warehouse: missing/,
    ],
    [
      'a catalog of another kind',
      { file: 'catalogs: { a: { type: hive } }' },
      /"hive" is not accepted; expected "sql"/,
    ],
    [
      'everybody let in',
      { file: 'listen: { host: 0.0.0.0 }' },
      /^listen\.host \(bergwire\.yaml:1\).*no authentication/,
    ],
    ['a host that may be anything', { flags: ['--host', 'db.example'] }, /^listen\.host \(--host\).*loopback/],
  ];
  for (const [title, given, expected] of cases) {
    test(title, async () => {
      const found = await problems(given);
      assert.ok(
        found.some((problem) => expected.test(problem)),
        `${expected} in ${JSON.stringify(found)}`,
      );
    });
  }

  test('all of them at once', async () => {
    assert.equal((await problems({ file: 'a: 1\nb: 2\nlisten: { port: x }' })).length, 3);
  });

  test('without showing secrets', async () => {
    const [problem] = await problems({ file: 'storage: { s3: { secretAccessKey: 123456 } }' });
    assert.ok(problem!.startsWith('storage.s3.secretAccessKey (bergwire.yaml:1)'), problem);
    assert.ok(!problem!.includes('123456'));
  });
});

for (const host of ['127.0.0.1', '127.8.8.8', '::1', 'localhost']) {
  test(`${host} is loopback`, async () => {
    assert.equal((await load({ flags: ['--host', host] })).config.listen.host, host);
  });
}

describe('the description of the configuration', () => {
  test('says where values come from and masks secrets', async () => {
    const environment = { BERGWIRE_STORAGE_S3_SECRET_ACCESS_KEY: 'hush' };
    const described = describeConfig(await load({ file: 'log: { level: debug }', environment }));
    assert.match(described, /^ {2}level: "debug" +# bergwire\.yaml:1$/m);
    assert.match(described, /^ {4}secretAccessKey: "\*{8}" +# BERGWIRE_STORAGE_S3_SECRET_ACCESS_KEY$/m);
    assert.match(described, /^ {2}port: 5439 +# default$/m);
    assert.ok(!described.includes('hush'));
  });
});
