import { Worker } from 'node:worker_threads';

/** Longer texts are not looked at. */
const MAX_LENGTH = 10_000;
const MEMORY_MB = 256;

/**
 * Names the database whose SQL a text is that Postgres' grammar refused, undefined where none is found within
 * `deadlineMs`. Runs in a thread of its own, which ends with the answer or at the deadline.
 */
export async function foreignDialect(text: string, deadlineMs: number): Promise<string | undefined> {
  if (text.length > MAX_LENGTH) return undefined;
  const worker = new Worker(new URL('./dialect-thread.ts', import.meta.url), {
    workerData: text,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const answer = Promise.withResolvers<string | undefined>();
  const timer = setTimeout(() => answer.resolve(undefined), deadlineMs);
  worker.once('message', (dialect: string | undefined) => answer.resolve(dialect));
  worker.once('error', () => answer.resolve(undefined));
  worker.once('exit', () => answer.resolve(undefined));
  try {
    return await answer.promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
