/** How often what statements mean may have changed. */
export type Changes = { count: number };

/** Before and after, so that what was analysed meanwhile holds under neither version. */
export async function changing<T>(changes: Changes, change: () => Promise<T>): Promise<T> {
  changes.count += 1;
  try {
    return await change();
  } finally {
    changes.count += 1;
  }
}
