import type { NestedField, Type } from '../../iceberg/iceberg.ts';
import { integerProperty } from '../../iceberg/integer-property.ts';

/** What is kept of a column (table properties `write.metadata.metrics.*`). */
export type MetricsMode =
  | { readonly kind: 'none' | 'counts' | 'full' }
  | { readonly kind: 'truncate'; readonly length: number };

const DEFAULT_MODE: MetricsMode = { kind: 'truncate', length: 16 };
const DEFAULT_COLUMNS = 100;

/** The mode of each column by field id; columns past `max-inferred-column-defaults` have none of their own. */
export function metricsModes(
  fields: readonly NestedField[],
  properties: Readonly<Record<string, string>>,
): (fieldId: number) => MetricsMode {
  const modes = new Map<number, MetricsMode>();
  const set = properties['write.metadata.metrics.default'];
  const otherwise = (set === undefined ? undefined : parseMode(set)) ?? DEFAULT_MODE;
  const limit = integerProperty(properties, 'write.metadata.metrics.max-inferred-column-defaults', DEFAULT_COLUMNS);
  let count = 0;
  const visit = (id: number, type: Type, name: string): void => {
    if (typeof type === 'object' && type.kind === 'struct')
      for (const child of type.fields) visit(child.id, child.type, `${name}.${child.name}`);
    else if (typeof type === 'object' && type.kind === 'list') visit(type.elementId, type.element, `${name}.element`);
    else if (typeof type === 'object' && type.kind === 'map') {
      visit(type.keyId, type.key, `${name}.key`);
      visit(type.valueId, type.value, `${name}.value`);
    } else {
      const own = properties[`write.metadata.metrics.column.${name}`];
      const inferred: MetricsMode = set === undefined && count >= limit ? { kind: 'none' } : otherwise;
      modes.set(id, (own === undefined ? undefined : parseMode(own)) ?? inferred);
      count++;
    }
  };
  for (const field of fields) visit(field.id, field.type, field.name);
  return (fieldId) => modes.get(fieldId) ?? { kind: 'none' };
}

function parseMode(text: string): MetricsMode | undefined {
  const mode = text.trim().toLowerCase();
  if (mode === 'none' || mode === 'counts' || mode === 'full') return { kind: mode };
  const length = /^truncate\((\d+)\)$/.exec(mode)?.[1];
  return length === undefined || Number(length) === 0 ? undefined : { kind: 'truncate', length: Number(length) };
}
