import type { DataDirectoryOptions } from './data-directory.ts';
import type { ReplicaPoolOptions } from './replica-pool.ts';

/** Where statements are executed; see ReplicaPoolOptions. */
export type LaneLimits = Omit<ReplicaPoolOptions, keyof DataDirectoryOptions>;

export const DEFAULT_LANE_LIMITS: LaneLimits = {
  lanes: 4,
  memoryBytes: 512 * 1024 * 1024,
  resultBytes: 256 * 1024 * 1024,
  temporaryBytes: 1024 ** 3,
  holdMs: 2000,
  idleMs: 60_000,
};
