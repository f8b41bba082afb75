import type { ManifestFile, PartitionSpec } from '../iceberg/iceberg.ts';
import type { BoundPredicate } from './bound-predicate.ts';
import { mayMatch } from './may-match.ts';
import { summaryFacts } from './partition-facts.ts';

/** Whether a manifest may hold files with matching rows, by its summaries in the manifest list. `spec` is its own. */
export function manifestMayMatch(predicate: BoundPredicate, spec: PartitionSpec, manifest: ManifestFile): boolean {
  const summaries = manifest.partitions ?? [];
  return mayMatch(predicate, (field) => summaryFacts(field, spec, summaries));
}
