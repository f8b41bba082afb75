import { encodeSingleValue } from '../../iceberg/single-value.ts';
import type { DataFile, IcebergValue, NestedField, PrimitiveType, Type } from '../../iceberg/iceberg.ts';
import { truncatedLower } from './truncated-lower.ts';
import { truncatedUpper } from './truncated-upper.ts';
import { fileColumns } from './file-columns.ts';
import { sqlName } from '../../base/sql-name.ts';
import type { MetricsMode } from './metrics-mode.ts';
import { decodeStatistic } from './decode-statistic.ts';

export type FileMetrics = Required<
  Pick<DataFile, 'columnSizes' | 'valueCounts' | 'nullCounts' | 'nanCounts' | 'lowerBounds' | 'upperBounds'>
>;

type Statistics = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Iceberg's metrics of a written file from the engine's statistics. Leaves below lists and maps have sizes only.
 * `nanCounts` gives the NaN count of top-level floating point columns by field id, where it is not zero.
 */
export function fileMetrics(
  fields: readonly NestedField[],
  statistics: Statistics,
  mode: (fieldId: number) => MetricsMode,
  nanCounts: ReadonlyMap<number, bigint>,
): FileMetrics {
  const metrics = {
    columnSizes: new Map<number, bigint>(),
    valueCounts: new Map<number, bigint>(),
    nullCounts: new Map<number, bigint>(),
    nanCounts: new Map<number, bigint>(),
    lowerBounds: new Map<number, Uint8Array>(),
    upperBounds: new Map<number, Uint8Array>(),
  };
  for (const leaf of leaves(fields)) {
    const found = statistics.get(leaf.path);
    if (found === undefined) continue;
    const kept = mode(leaf.id);
    const size = found.get('column_size_bytes');
    if (size !== undefined) metrics.columnSizes.set(leaf.id, BigInt(size));
    if (leaf.repeated || kept.kind === 'none') continue;
    const nulls = found.get('null_count');
    const values = found.get('num_values');
    if (values !== undefined) metrics.valueCounts.set(leaf.id, BigInt(values));
    if (nulls !== undefined) metrics.nullCounts.set(leaf.id, BigInt(nulls));
    if (leaf.type === 'float' || leaf.type === 'double') {
      const nans = found.get('has_nan') === 'true' ? nanCounts.get(leaf.id) : 0n;
      if (nans !== undefined) metrics.nanCounts.set(leaf.id, nans);
    }
    if (kept.kind !== 'counts') addBounds(metrics, leaf, found, kept);
  }
  return metrics;
}

type Leaf = { readonly id: number; readonly type: PrimitiveType; readonly path: string; readonly repeated: boolean };

/** Leaf columns with the names that the engine gives them: `"column"."child"`. */
function leaves(fields: readonly NestedField[]): readonly Leaf[] {
  const found: Leaf[] = [];
  const visit = (id: number, type: Type, path: string, repeated: boolean): void => {
    if (typeof type === 'object' && type.kind === 'struct')
      for (const child of type.fields) visit(child.id, child.type, `${path}.${sqlName(child.name)}`, repeated);
    else if (typeof type === 'object' && type.kind === 'list')
      visit(type.elementId, type.element, `${path}."element"`, true);
    else if (typeof type === 'object' && type.kind === 'map') {
      visit(type.keyId, type.key, `${path}."key"`, true);
      visit(type.valueId, type.value, `${path}."value"`, true);
    } else found.push({ id, type, path, repeated });
  };
  const names = fileColumns(fields);
  for (const [index, field] of fields.entries()) visit(field.id, field.type, sqlName(names[index]!), false);
  return found;
}

function addBounds(
  metrics: { readonly lowerBounds: Map<number, Uint8Array>; readonly upperBounds: Map<number, Uint8Array> },
  { id, type }: Leaf,
  found: ReadonlyMap<string, string>,
  mode: MetricsMode,
): void {
  const least = found.get('min');
  const greatest = found.get('max');
  if (least === undefined || greatest === undefined) return;
  const length = mode.kind === 'truncate' ? mode.length : undefined;
  const lower = signedZero(decodeStatistic(least, type), -0);
  const upper = signedZero(decodeStatistic(greatest, type), 0);
  if (lower === undefined || upper === undefined) return;
  metrics.lowerBounds.set(id, encodeSingleValue(type, length === undefined ? lower : truncatedLower(lower, length)));
  const cut = length === undefined ? upper : truncatedUpper(upper, length);
  if (cut !== undefined) metrics.upperBounds.set(id, encodeSingleValue(type, cut));
}

/** -0 sorts before +0 in bounds, and the engine does not tell them apart. */
function signedZero(value: IcebergValue | undefined, zero: number): NonNullable<IcebergValue> | undefined {
  if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))) return undefined;
  return value === 0 ? zero : value;
}
