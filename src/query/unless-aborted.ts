import { queryCanceled } from './errors.ts';

/** What is awaited cannot be interrupted: whoever cancels stops waiting (57014), and its answer is dropped. */
export async function unlessAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  if (signal.aborted) throw queryCanceled();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(queryCanceled());
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([answer, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
