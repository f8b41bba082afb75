import { PostgresProcess } from './postgres-process.ts';
import { readReply } from './read-reply.ts';
import { query, request } from './request.ts';

/**
 * Verified: unless the session authorization was set once, neither COMMIT nor ROLLBACK undoes a later SET LOCAL of it,
 * and the next batch would run as the last client's role.
 */
const CLOSE_ROLE_HOLE = 'SET SESSION AUTHORIZATION postgres';
const OPENING_TIMEOUT_MS = 10_000;

/** A worker on a data directory, ready for batches; `settings` are the gateway's own statements. */
export async function openProcess(
  database: string,
  dataDirectory: string,
  settings: readonly string[] = [],
): Promise<PostgresProcess> {
  const opened = await PostgresProcess.open({ dataDirectory, database });
  const answers = readReply(
    await opened.send(request(...[CLOSE_ROLE_HOLE, ...settings].map((text) => query(text))), OPENING_TIMEOUT_MS),
  );
  for (const { error } of answers) if (error) throw error;
  return opened;
}
