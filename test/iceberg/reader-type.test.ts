import assert from 'node:assert/strict';
import { test } from 'node:test';
import avro from 'avsc';
import { readerType } from '../../src/iceberg/reader-type.ts';

const fixed = { type: 'fixed', name: 'uuid_fixed', size: 2 };

test('fields go by their id, named types may be referred to or defined again', () => {
  const schema = (second: unknown, type: unknown) => ({
    type: 'record',
    name: 'org.example.entry',
    fields: [
      { name: 'a', 'field-id': 7, type: fixed },
      { name: 'b', 'field-id': 3, type: second },
      { name: 'no_id', type },
      { name: 'long', 'field-id': 9, type: ['null', 'long'] },
    ],
  });
  const value = { a: Buffer.from('aa'), b: Buffer.from('bb'), no_id: 'x', long: 5 };
  const bytes = avro.Type.forSchema(schema('uuid_fixed', 'string') as avro.Schema).toBuffer(value);
  for (const second of [fixed, 'uuid_fixed', { ...fixed, name: 'ns.uuid_fixed' }]) {
    const type = readerType(
      JSON.stringify(schema(second, { type: 'string', logicalType: 'unheard-of' })),
      new Map([[9, 'bigint']]),
      'test',
    );
    const { f7, f3, x2, f9 } = type.fromBuffer(bytes) as Record<string, unknown>;
    assert.deepEqual([String(f7), String(f3), x2, f9], ['aa', 'bb', 'x', 5n]);
  }
});

test('a schema that is none is malformed', () => {
  assert.throws(() => readerType('{"type": "nonsense"}', new Map(), 'manifest "m"'), { sqlstate: 'XX001' });
  assert.throws(() => readerType('not json', new Map(), 'manifest "m"'), { sqlstate: 'XX001' });
});
