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
    const names = new Map<string, string>();
    const schema = byFieldId(parseJson(schemaText) as AvroSchema, { readings, names }, false);
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

type Context = {
  readonly readings: ReadonlyMap<number, FieldReading>;
  /** Named types by their own name, under names that are unique: some writers define a name more than once. */
  readonly names: Map<string, string>;
};

function byFieldId(schema: AvroSchema, context: Context, big: boolean): AvroSchema {
  if (typeof schema === 'string') return schema === 'long' && big ? { reading: 'bigint' } : referredTo(schema, context);
  if (Array.isArray(schema)) return schema.map((branch) => byFieldId(branch, context, big));
  const node = schema as { readonly [key: string]: unknown };
  switch (node['type']) {
    case 'record': {
      const name = defined(node, context);
      const fields = node['fields'] as readonly { readonly [key: string]: unknown }[];
      return { type: 'record', name, fields: fields.map((field, index) => readField(field, index, context, big)) };
    }
    case 'array':
      return { type: 'array', items: byFieldId(node['items'] as AvroSchema, context, big) };
    case 'map':
      return { type: 'map', values: byFieldId(node['values'] as AvroSchema, context, big) };
    case 'fixed':
      return { type: 'fixed', name: defined(node, context), size: node['size'] };
    case 'enum':
      return { type: 'enum', name: defined(node, context), symbols: node['symbols'] };
    default:
      return byFieldId(node['type'] as AvroSchema, context, big);
  }
}

function readField(
  field: { readonly [key: string]: unknown },
  index: number,
  context: Context,
  big: boolean,
): AvroSchema {
  const id = field['field-id'] as number | undefined;
  const type = field['type'] as AvroSchema;
  const reading = id === undefined ? undefined : context.readings.get(id);
  return {
    name: id === undefined ? `x${index}` : `f${id}`,
    type: reading === 'skipped' ? skipped(type) : byFieldId(type, context, big || reading === 'bigint'),
  };
}

function defined(node: { readonly [key: string]: unknown }, { names }: Context): string {
  const unique = `type${names.size}`;
  // The entry under the unique name only counts it.
  names.set(unique, unique);
  names.set(shortName(String(node['name'])), unique);
  return unique;
}

function referredTo(name: string, { names }: Context): string {
  return names.get(shortName(name)) ?? name;
}

/** Iceberg's names are the same with and without a namespace. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function skipped(schema: AvroSchema): AvroSchema {
  if (Array.isArray(schema)) return schema.map((branch) => (branch === 'null' ? branch : skipped(branch)));
  return { reading: 'skipped', inner: schema };
}
