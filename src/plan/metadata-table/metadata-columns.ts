import type { NestedField, Type } from '../../iceberg/iceberg.ts';

/** Optional columns with field ids from 1, in depth-first order; ids within the types given are replaced. */
export function metadataColumns(columns: readonly (readonly [name: string, type: Type])[]): readonly NestedField[] {
  let lastId = 0;
  const nextId = () => ++lastId;
  return columns.map(([name, type]) => ({ id: nextId(), name, required: false, type: renumbered(type, nextId) }));
}

export function mapOf(key: Type, value: Type): Type {
  return { kind: 'map', keyId: 0, key, valueId: 0, value, valueRequired: false };
}

export function listOf(element: Type): Type {
  return { kind: 'list', elementId: 0, element, elementRequired: false };
}

export function structOf(fields: readonly (readonly [name: string, type: Type])[]): Type {
  return { kind: 'struct', fields: fields.map(([name, type]) => ({ id: 0, name, required: false, type })) };
}

function renumbered(type: Type, nextId: () => number): Type {
  if (typeof type === 'string') return type;
  switch (type.kind) {
    case 'struct':
      return {
        ...type,
        fields: type.fields.map((field) => ({ ...field, id: nextId(), type: renumbered(field.type, nextId) })),
      };
    case 'list':
      return { ...type, elementId: nextId(), element: renumbered(type.element, nextId) };
    case 'map':
      return {
        ...type,
        keyId: nextId(),
        key: renumbered(type.key, nextId),
        valueId: nextId(),
        value: renumbered(type.value, nextId),
      };
    default:
      return type;
  }
}
