import { randomBytes, randomUUID } from 'node:crypto';
import type { ManifestFile } from './iceberg.ts';

/**
 * What one table's commit keeps over its attempts: its snapshot id and name, and the manifests it wrote, by what they
 * hold, so that a retry writes again only what the fresh base changes.
 */
export type CommitState = {
  readonly snapshotId: bigint;
  readonly uuid: string;
  readonly manifests: Map<string, readonly ManifestFile[]>;
  /** Numbers the manifests. */
  nextManifest: number;
};

/** One attempt; `written` is told every file that the attempt's metadata refers to and this commit wrote. */
export type RowDeltaAttempt = {
  readonly number: number;
  readonly written: (uri: string) => void;
  /** A file that was written and is not referred to after all. */
  readonly abandoned: (uri: string) => void;
  readonly state: CommitState;
};

export function newCommitState(): CommitState {
  return { snapshotId: randomSnapshotId(), uuid: randomUUID(), manifests: new Map(), nextManifest: 0 };
}

/** Positive and random over 63 bits, as in Iceberg's Java library. */
function randomSnapshotId(): bigint {
  const id = BigInt.asUintN(63, randomBytes(8).readBigUInt64BE());
  return id === 0n ? 1n : id;
}
