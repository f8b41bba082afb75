import avro from 'avsc';
import { bigLongType } from './big-long-type.ts';
import { SkippedType } from './skipped-type.ts';
import { malformed } from './errors.ts';
import { parseJson } from './json.ts';
import type { Schema } from 'avsc';

/** How a field of an Iceberg Avro file is wanted; fields that are not named come out as avsc decodes them. */
export type FieldReading = 'bigint' | 'skipped';

/**
 * An Avro type for a writer's schema whose records have properties `f<field id>`: fields are found by their Iceberg
 * field id, never by name, and names that Avro does not allow do no harm. Longs of the fields in `readings`, and
 * everything inside a `bigint` field, are bigints; other longs are numbers.
 */
export function readerType(schemaText: string, readings: ReadonlyMap<number, FieldReading>, what: string): avro.Type {
  const bigLong = bigLongType();
  try {
    const schema = byFieldId(parseJson(schemaText) as AvroSchema, readings, false);
    return avro.Type.forSchema(schema as Schema, {
      wrapUnions: false,
      noAnonymousTypes: false,
      typeHook: (node: Schema) => {
        const marked = node as { reading?: FieldReading; inner?: Schema };
        if (marked.reading === 'bigint') return bigLong;
        if (marked.reading === 'skipped') return new SkippedType(marked.inner!, {});
        return undefined;
      },
    });
  } catch (error) {
    throw malformed(what, `its Avro schema is not usable: ${(error as Error).message}`, error);
  }
}

type AvroSchema = string | readonly AvroSchema[] | { readonly [key: string]: unknown };

function byFieldId(schema: AvroSchema, readings: ReadonlyMap<number, FieldReading>, big: boolean): AvroSchema {
  if (typeof schema === 'string') return schema === 'long' && big ? { reading: 'bigint' } : schema;
  if (Array.isArray(schema)) return schema.map((branch) => byFieldId(branch, readings, big));
  const node = schema as { readonly [key: string]: unknown };
  switch (node['type']) {
    case 'record':
      return {
        type: 'record',
        name: node['name'],
        ...(node['namespace'] !== undefined && { namespace: node['namespace'] }),
        fields: (node['fields'] as readonly { readonly [key: string]: unknown }[]).map((field, index) => {
          const id = field['field-id'] as number | undefined;
          const type = field['type'] as AvroSchema;
          const reading = id === undefined ? undefined : readings.get(id);
          return {
            name: id === undefined ? `x${index}` : `f${id}`,
            type: reading === 'skipped' ? skipped(type) : byFieldId(type, readings, big || reading === 'bigint'),
          };
        }),
      };
    case 'array':
      return { type: 'array', items: byFieldId(node['items'] as AvroSchema, readings, big) };
    case 'map':
      return { type: 'map', values: byFieldId(node['values'] as AvroSchema, readings, big) };
    case 'fixed':
      return { type: 'fixed', name: node['name'], size: node['size'] };
    case 'enum':
      return schema;
    default:
      return byFieldId(node['type'] as AvroSchema, readings, big);
  }
}

function skipped(schema: AvroSchema): AvroSchema {
  if (Array.isArray(schema)) return schema.map((branch) => (branch === 'null' ? branch : skipped(branch)));
  return { reading: 'skipped', inner: schema };
}
