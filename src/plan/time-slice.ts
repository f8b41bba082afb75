/** To be awaited now and then in long work: gives way to other work on this thread once a slice of time is over. */
export function timeSlice(sliceMs: number): () => Promise<void> | undefined {
  let startedMs = performance.now();
  return () => {
    if (performance.now() - startedMs < sliceMs) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        startedMs = performance.now();
        resolve();
      });
    });
  };
}
