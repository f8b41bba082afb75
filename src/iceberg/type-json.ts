import { malformed } from './errors.ts';
import { JsonReader } from './json-reader.ts';
import type { NestedField, PrimitiveType, StructType, Type } from './iceberg.ts';
import type { Json, JsonObject } from './json.ts';

/** A type from its JSON form (spec: Appendix C, Schemas). */
export function parseType(value: Json): Type {
  if (typeof value === 'string') return parsePrimitive(value);
  const reader = new JsonReader(value, 'type');
  const kind = reader.string('type');
  if (kind === 'struct') return parseStruct(value);
  if (kind === 'list') {
    return {
      kind: 'list',
      elementId: reader.number('element-id'),
      element: parseType(reader.required('element')),
      elementRequired: reader.boolean('element-required'),
    };
  }
  if (kind === 'map') {
    return {
      kind: 'map',
      keyId: reader.number('key-id'),
      key: parseType(reader.required('key')),
      valueId: reader.number('value-id'),
      value: parseType(reader.required('value')),
      valueRequired: reader.boolean('value-required'),
    };
  }
  throw malformed('schema', `type "${kind}" is not known`);
}

export function parseStruct(value: Json): StructType {
  return { kind: 'struct', fields: new JsonReader(value, 'struct').list('fields').map(parseField) };
}

export function typeJson(type: Type): Json {
  if (typeof type === 'string') return type;
  switch (type.kind) {
    case 'struct':
      return { type: 'struct', fields: type.fields.map(fieldJson) };
    case 'list':
      return {
        type: 'list',
        'element-id': type.elementId,
        element: typeJson(type.element),
        'element-required': type.elementRequired,
      };
    case 'map':
      return {
        type: 'map',
        'key-id': type.keyId,
        key: typeJson(type.key),
        'value-id': type.valueId,
        value: typeJson(type.value),
        'value-required': type.valueRequired,
      };
    default:
      return primitiveText(type);
  }
}

/** `decimal(9, 2)`, `fixed[16]`, `int`, ... as the specification spells them. */
export function primitiveText(type: PrimitiveType): string {
  if (typeof type === 'string') return type;
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'fixed':
      return `fixed[${type.length}]`;
    default:
      return type.text;
  }
}

export function parsePrimitive(text: string): PrimitiveType {
  if ((SIMPLE as readonly string[]).includes(text)) return text as PrimitiveType;
  const decimal = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(text);
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  const fixed = /^fixed\[\s*(\d+)\s*\]$/.exec(text);
  if (fixed) return { kind: 'fixed', length: Number(fixed[1]) };
  const geo = /^(geometry|geography)(\(.*\))?$/.exec(text);
  if (geo) return { kind: geo[1] as 'geometry' | 'geography', text };
  throw malformed('schema', `type "${text}" is not known`);
}

const SIMPLE = [
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'timestamp_ns',
  'timestamptz_ns',
  'string',
  'uuid',
  'binary',
  'unknown',
  'variant',
] as const;

function parseField(value: Json): NestedField {
  const reader = new JsonReader(value, 'field');
  const doc = reader.optionalString('doc');
  const initialDefault = reader.optional('initial-default');
  const writeDefault = reader.optional('write-default');
  return {
    id: reader.number('id'),
    name: reader.string('name'),
    required: reader.boolean('required'),
    type: parseType(reader.required('type')),
    ...(doc !== undefined && { doc }),
    ...(initialDefault !== undefined && { initialDefault }),
    ...(writeDefault !== undefined && { writeDefault }),
  };
}

function fieldJson(field: NestedField): JsonObject {
  return {
    id: field.id,
    name: field.name,
    required: field.required,
    type: typeJson(field.type),
    ...(field.doc !== undefined && { doc: field.doc }),
    ...(field.initialDefault !== undefined && { 'initial-default': field.initialDefault as Json }),
    ...(field.writeDefault !== undefined && { 'write-default': field.writeDefault as Json }),
  };
}
