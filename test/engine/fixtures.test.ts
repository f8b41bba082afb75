/** Every table of the fixtures read through plan and engine gives the rows that other engines give. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import type { EngineConnection } from '../../src/engine/engine.ts';
import type { NestedField, Schema, Snapshot, TableMetadata, Type } from '../../src/iceberg/iceberg.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { textFormatter } from '../../src/pgtype/text-formatter.ts';
import { OID } from '../../src/pgtype/oid.ts';
import type { PgValue } from '../../src/pgtype/pgtype.ts';
import { planScan } from '../../src/plan/plan-scan.ts';
import { resolveSnapshot } from '../../src/plan/resolve-snapshot.ts';
import { scanMarker } from '../../src/translate/translate.ts';
import {
  expected,
  expectedNames,
  fixtureCatalogUri,
  fixturesFolder,
  fixturesMissing,
  fixtureStore,
} from '../support/fixtures.ts';
import type { ExpectedRows } from '../support/fixtures.ts';
import { TEXT, allTexts, openTestEngine, plainFormat, statement, threadsMissing } from './open-test-engine.ts';
import type { TestEngine } from './open-test-engine.ts';

/** Refused with 0A000: formats, deletion vectors, types of format version 3. */
const REFUSED = new Set([
  'eq.types',
  'files.avro',
  'files.mixed_formats',
  'files.orc',
  'files.no_mapping',
  'v3.absorbed',
  'v3.defaults',
  'v3.dv',
  'v3.dv_containers',
  'v3.eq_and_dv',
  'v3.geo_empty',
  'v3.nanos',
  'v3.nested_defaults',
  'v3.unknown',
  'v3.variant',
]);

const OIDS: Readonly<Record<string, number>> = {
  boolean: OID.bool,
  int: OID.int4,
  long: OID.int8,
  float: OID.float4,
  double: OID.float8,
  date: OID.date,
  time: OID.time,
  timestamp: OID.timestamp,
  timestamptz: OID.timestamptz,
  string: OID.text,
  uuid: OID.uuid,
  binary: OID.bytea,
  decimal: OID.numeric,
  fixed: OID.bytea,
};

suite('rows of the fixtures', { skip: fixturesMissing || threadsMissing }, () => {
  const store = fixtureStore();
  const manifests = manifestCache(store, 64 * 1024 * 1024);
  const catalog = openSqlCatalog({ name: 'fixtures', uri: fixtureCatalogUri(), store, readOnly: true });
  let opened: TestEngine;
  let connection: EngineConnection;
  before(async () => {
    opened = await openTestEngine({ store, folders: [fixturesFolder] });
    connection = await opened.engine.connect();
  });
  after(async () => {
    await connection?.[Symbol.asyncDispose]();
    await opened?.[Symbol.asyncDispose]();
    await catalog[Symbol.asyncDispose]();
  });

  const read = async (
    table: string,
    metadata: TableMetadata,
    snapshot: Snapshot | null,
    schema: Schema,
  ): Promise<unknown[][]> => {
    const plan = await planScan({ table, metadata, snapshot, schema, predicate: { kind: 'true' }, manifests });
    const columns = schema.fields.map((field, i) => ({ attnum: i + 1, fieldId: field.id }));
    // Another zone than UTC: no value may depend on it.
    const source = statement(`SELECT * FROM ${scanMarker(0)} AS t`, {
      scans: [{ plan, columns, positions: false }],
      timeZone: 'Asia/Kolkata',
    });
    const flat = schema.fields.map((field) => (isNested(field.type) ? OID.text : oidOf(field.type)));
    const texts = await allTexts(await connection.rows(source, plainFormat(flat)));
    if (!schema.fields.some(({ type }) => isNested(type))) return texts;
    const values = await connection.values(source);
    return texts.map((row, r) =>
      row.map((text, i) => (isNested(schema.fields[i]!.type) ? encoded(schema.fields[i]!.type, values[r]![i]) : text)),
    );
  };

  const load = async (name: string): Promise<TableMetadata> => {
    const parts = name.split('.');
    const loaded = await catalog.load({ namespace: parts.slice(0, -1), name: parts.at(-1)! });
    assert.ok(loaded);
    return loaded.metadata;
  };

  for (const name of expectedNames().filter((table) => expected(table).table !== undefined)) {
    test(name, async () => {
      const answer = expected(name);
      const metadata = await load(name);
      const resolved = resolveSnapshot(metadata, { kind: 'ref', name: 'main', of: 'branch' });
      if (REFUSED.has(name)) {
        await assert.rejects(
          read(name, metadata, resolved.snapshot, resolved.schema),
          (error) => error instanceof SqlError && error.sqlstate === '0A000' && error.fields.hint !== undefined,
        );
        return;
      }
      compare(await read(name, metadata, resolved.snapshot, resolved.schema), answer, name);
      for (const travel of answer.time_travel ?? []) {
        if (travel.row_count === undefined) continue;
        const target =
          travel.by === 'snapshot'
            ? ({ kind: 'snapshot', id: BigInt(travel.value) } as const)
            : travel.by === 'ref'
              ? ({ kind: 'ref', name: travel.value, of: travel.kind ?? 'any' } as const)
              : ({ kind: 'timestamp', timestampMs: Number(travel.value) } as const);
        const { snapshot, schema } = resolveSnapshot(metadata, target);
        const rows = await read(name, metadata, snapshot, schema);
        compare(rows, travel as ExpectedRows, `${name} ${travel.by} ${travel.value}`);
      }
    });
  }
});

function compare(rows: readonly (readonly unknown[])[], answer: ExpectedRows, name: string): void {
  const lines = rows.map(lineOf).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (answer.rows !== undefined) {
    assert.deepEqual(lines, answer.rows.map(lineOf), name);
  }
  assert.equal(lines.length, answer.row_count, name);
  assert.equal(createHash('md5').update(lines.join('\n')).digest('hex'), answer.md5, name);
}

function lineOf(row: readonly unknown[]): string {
  return row.map(fieldOf).join('\t');
}

function fieldOf(value: unknown): string {
  if (value === null) return '\\N';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/[\\\t\n\r]/g, (char) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[char]!);
}

const format = textFormatter(TEXT);

/** A value of the engine in the fixtures' encoding. */
function encoded(type: Type, value: unknown): unknown {
  if (value === null) return null;
  if (typeof type === 'object' && type.kind === 'struct') {
    const struct = value as Record<string, unknown>;
    return Object.fromEntries(
      type.fields.map((field: NestedField) => [field.name, encoded(field.type, struct[field.name])]),
    );
  }
  if (typeof type === 'object' && type.kind === 'list') {
    return (value as unknown[]).map((element) => encoded(type.element, element));
  }
  if (typeof type === 'object' && type.kind === 'map') {
    return (value as { key: unknown; value: unknown }[])
      .map((entry) => ({ key: encoded(type.key, entry.key), value: encoded(type.value, entry.value) }))
      .toSorted((a, b) => Buffer.compare(Buffer.from(JSON.stringify(a)), Buffer.from(JSON.stringify(b))));
  }
  return format(oidOf(type), value as Exclude<PgValue, null>);
}

function isNested(type: Type): boolean {
  return typeof type === 'object' && ['struct', 'list', 'map'].includes(type.kind);
}

function oidOf(type: Type): number {
  return OIDS[typeof type === 'string' ? type : type.kind] ?? OID.text;
}
