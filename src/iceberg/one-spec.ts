import { applyUpdates } from './apply-updates.ts';
import type { TableMetadata } from './iceberg.ts';

/** `changed`, made of `base` in several steps, without the partition specs of the steps between. */
export function oneSpec(base: TableMetadata, changed: TableMetadata): TableMetadata {
  const { partitionSpecs, defaultSpecId } = base;
  const spec = changed.partitionSpecs.find(({ specId }) => specId === changed.defaultSpecId)!;
  return applyUpdates({ ...changed, partitionSpecs, defaultSpecId }, [
    { action: 'add-spec', spec },
    { action: 'set-default-spec', specId: -1 },
  ]);
}
