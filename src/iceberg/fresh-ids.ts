import type { Type } from './iceberg.ts';

/** The type with new ids throughout, level by level as Iceberg's Java library assigns them. */
export function withFreshIds(type: Type, nextId: () => number): Type {
  if (typeof type === 'string') return type;
  switch (type.kind) {
    case 'struct': {
      const ids = type.fields.map(() => nextId());
      return {
        kind: 'struct',
        fields: type.fields.map((field, index) => ({
          ...field,
          id: ids[index]!,
          type: withFreshIds(field.type, nextId),
        })),
      };
    }
    case 'list': {
      const elementId = nextId();
      return { ...type, elementId, element: withFreshIds(type.element, nextId) };
    }
    case 'map': {
      const keyId = nextId();
      const valueId = nextId();
      return { ...type, keyId, valueId, key: withFreshIds(type.key, nextId), value: withFreshIds(type.value, nextId) };
    }
    default:
      return type;
  }
}
