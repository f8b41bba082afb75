import type { PostgresResult } from './postgres.ts';
import type { Answer } from './read-reply.ts';

/** What a client's statement answered; whoever described it has heard the notices of its analysis. */
export function postgresResult(answer: Answer): PostgresResult {
  const { fields, rows, error, tag, notices, parseNoticeCount, notifications, signals, settingChanges } = answer;
  return {
    fields,
    rows: Buffer.concat(rows),
    rowCount: rows.length,
    failure: error,
    tag,
    notices: notices.slice(parseNoticeCount),
    notifications,
    signals,
    settingChanges,
  };
}
