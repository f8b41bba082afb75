import type { Predicate, ScanPlan } from './plan.ts';
import { predicateSql } from './predicate-sql.ts';

/** What EXPLAIN shows of a scan, as lines of text and as a JSON object. */
export type ScanDescription = {
  readonly lines: readonly string[];
  readonly json: Readonly<Record<string, string | number | null>>;
};

/**
 * Snapshot, manifests and data files read of all, delete files, bytes, and the predicate that pruned, if one did.
 * `droppedFiles` are those of all read that a DELETE drops unseen. Snapshot ids are text in JSON, where numbers of their size get lost.
 */
export function describeScan(
  { table, schema, snapshotId, counts }: ScanPlan,
  predicate: Predicate,
  droppedFiles = 0,
): ScanDescription {
  const pruned = predicate.kind === 'true' ? undefined : predicateSql(predicate, schema);
  const hasDeletes = counts.deleteManifestsTotal > 0;
  const lines = [
    `Iceberg Scan on ${table}`,
    `  Snapshot: ${snapshotId ?? 'none'}`,
    `  Manifests: ${counts.manifestsRead} of ${counts.manifestsTotal}`,
    ...(hasDeletes ? [`  Delete Manifests: ${counts.deleteManifestsRead} of ${counts.deleteManifestsTotal}`] : []),
    `  Data Files: ${counts.filesRead} of ${counts.filesTotal}`,
    ...(droppedFiles === 0 ? [] : [`  Data Files Dropped Whole: ${droppedFiles}`]),
    `  Delete Files Applied: ${counts.deleteFilesApplied}`,
    `  Bytes: ${counts.sizeBytes}`,
    ...(pruned === undefined ? [] : [`  Pruned By: ${pruned}`]),
  ];
  const json = {
    'Node Type': 'Iceberg Scan',
    'Relation Name': table,
    'Snapshot Id': snapshotId === null ? null : String(snapshotId),
    'Manifests Read': counts.manifestsRead,
    'Manifests Total': counts.manifestsTotal,
    'Delete Manifests Read': counts.deleteManifestsRead,
    'Delete Manifests Total': counts.deleteManifestsTotal,
    'Data Files Read': counts.filesRead,
    'Data Files Total': counts.filesTotal,
    ...(droppedFiles > 0 && { 'Data Files Dropped Whole': droppedFiles }),
    'Delete Files Applied': counts.deleteFilesApplied,
    Bytes: counts.sizeBytes,
    'Records In Files': counts.recordCount,
    ...(pruned !== undefined && { 'Pruned By': pruned }),
  };
  return { lines, json };
}
