import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openSqlCatalog } from '../../src/catalog/sql-catalog.ts';
import { civilFromDays } from '../../src/base/civil-date.ts';
import type { IcebergValue, Transform, Type } from '../../src/iceberg/iceberg.ts';
import { manifestCache } from '../../src/iceberg/manifest-cache.ts';
import { humanPartition } from '../../src/plan/metadata-table/human-partition.ts';
import { metadataTable, metadataTableNames } from '../../src/plan/metadata-table/metadata-table.ts';
import type { MetadataValue } from '../../src/plan/metadata-table/metadata-table.ts';
import { expected, expectedNames, fixtureCatalogUri, fixturesMissing, fixtureStore } from '../support/fixtures.ts';

/** Its rows are in the delete files themselves. */
const notMetadata = ['position_deletes'];

suite('metadata tables are what Spark shows', { skip: fixturesMissing }, () => {
  const store = fixtureStore();
  const manifests = manifestCache(store, 1 << 26);
  const catalog = openSqlCatalog({ name: 'fixtures', uri: fixtureCatalogUri(), store, readOnly: true });

  for (const name of expectedNames()) {
    for (const [kind, answer] of Object.entries(expected(name).metadata ?? {})) {
      if (notMetadata.includes(kind)) continue;
      test(`${name}: ${kind}`, async () => {
        const parts = name.split('.');
        const loaded = await catalog.load({ namespace: parts.slice(0, -1), name: parts.at(-1)! });
        const { metadata, metadataLocation } = loaded!;
        const snapshot = metadata.snapshots.find(({ snapshotId }) => snapshotId === metadata.currentSnapshotId) ?? null;
        const table = metadataTable(kind)!;
        const columns = table.columns(metadata);
        assert.deepEqual(
          columns.map((column) => column.name),
          answer.columns,
        );
        assert.deepEqual(
          columns.map(({ type }) => typeText(type)),
          answer.types,
        );
        const rows = await table.rows({ metadata, metadataLocation, snapshot, manifests });
        const texts = rows.map((row) => row.map((value, index) => text(columns[index]!.type, value)));
        assert.deepEqual(sorted(texts), sorted(answer.rows!));
      });
    }
  }
});

test('every metadata table has a name, and no other name has one', () => {
  assert.deepEqual(
    metadataTableNames().filter((name) => metadataTable(name) === undefined),
    [],
  );
  assert.equal(metadataTable('toString'), undefined);
});

test('partition values read as in Java', () => {
  const shown = (transform: Transform, type: Type, value: IcebergValue) => humanPartition(transform, type, value);
  const identity: Transform = { kind: 'identity' };
  assert.equal(shown({ kind: 'year' }, 'int', -1), '1969');
  assert.equal(shown({ kind: 'month' }, 'int', -1), '1969-12');
  assert.equal(shown({ kind: 'day' }, 'date', -1), '1969-12-31');
  assert.equal(shown({ kind: 'hour' }, 'int', -1), '1969-12-31-23');
  assert.equal(shown(identity, 'timestamp', -1n), '1969-12-31T23:59:59.999999');
  assert.equal(shown(identity, 'timestamptz', 3_600_000_000n), '1970-01-01T01:00:00+00:00');
  assert.equal(shown(identity, 'binary', Uint8Array.of(0, 255)), 'AP8=');
  assert.equal(shown(identity, { kind: 'decimal', precision: 9, scale: 2 }, -5n), '-0.05');
  assert.equal(shown(identity, 'double', 1), '1.0');
  assert.equal(shown(identity, 'double', 1.5e10), '1.5E10');
  assert.equal(shown(identity, 'double', 0.0001), '1.0E-4');
  assert.equal(shown(identity, 'float', Math.fround(0.1)), '0.1');
  assert.equal(shown(identity, 'float', null), 'null');
  assert.equal(shown({ kind: 'void' }, 'int', 5), 'null');
});

function sorted(rows: readonly (readonly unknown[])[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

/** The fixtures' form of types: Iceberg's, without ids. */
function typeText(type: Type): unknown {
  if (typeof type === 'string') return type;
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'list':
      return { type: 'list', element: typeText(type.element) };
    case 'map':
      return { type: 'map', key: typeText(type.key), value: typeText(type.value) };
    case 'struct':
      return { type: 'struct', fields: type.fields.map(({ name, type: of }) => ({ name, type: typeText(of) })) };
    default:
      throw new Error(`unexpected type ${type.kind}`);
  }
}

/** The fixtures' form of values: the text of PostgreSQL, JSON for nested ones. */
function text(type: Type, value: MetadataValue): unknown {
  if (value === null) return null;
  if (typeof type === 'object') {
    if (type.kind === 'struct') {
      const values = value as readonly MetadataValue[];
      return Object.fromEntries(type.fields.map((field, index) => [field.name, text(field.type, values[index]!)]));
    }
    if (type.kind === 'list') return (value as readonly MetadataValue[]).map((element) => text(type.element, element));
    if (type.kind === 'map') {
      return [...(value as ReadonlyMap<IcebergValue, MetadataValue>)]
        .map(([key, of]) => ({ key: text(type.key, key), value: text(type.value, of) }))
        .toSorted((left, right) =>
          Buffer.compare(Buffer.from(JSON.stringify(left)), Buffer.from(JSON.stringify(right))),
        );
    }
    return (Number(value) / 10 ** (type as { scale: number }).scale).toFixed((type as { scale: number }).scale);
  }
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (type === 'date') return dateText(Number(value));
  if (type === 'timestamp') return timestampText(value as bigint);
  if (type === 'timestamptz') return `${timestampText(value as bigint)}+00`;
  if (Object.is(value, -0)) return '-0';
  return String(value as string);
}

function dateText(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function timestampText(micros: bigint): string {
  const ofDay = ((micros % 86_400_000_000n) + 86_400_000_000n) % 86_400_000_000n;
  const clock = new Date(Number(ofDay / 1000n)).toISOString().slice(11, 19);
  const fraction = String(ofDay % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${dateText(Number((micros - ofDay) / 86_400_000_000n))} ${clock}${fraction && `.${fraction}`}`;
}
