import { setTimeout as sleep } from 'node:timers/promises';

export type Backoff = { readonly minWaitMs: number; readonly maxWaitMs: number };

/** Waits before attempt `failures + 1`: doubling from minWaitMs up to maxWaitMs, with jitter over the upper half. */
export async function backOff(
  failures: number,
  { minWaitMs, maxWaitMs }: Backoff,
  signal?: AbortSignal,
): Promise<void> {
  const waitMs = Math.min(maxWaitMs, minWaitMs * 2 ** Math.min(failures - 1, 30));
  await sleep(waitMs * (0.5 + Math.random() / 2), undefined, signal && { signal });
}
