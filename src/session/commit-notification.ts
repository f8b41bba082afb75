import type { CommittedSnapshot } from '../query/query.ts';
import type { Notification } from './notification-queue.ts';

const CHANNEL = 'iceberg_commit';
/** Longer payloads are not allowed (NOTIFY_PAYLOAD_MAX_LENGTH). */
const PAYLOAD_BYTES = 7999;

/**
 * A snapshot as a notification: `{"table": "demo.orders", "snapshot_id": 123, "summary": {"operation": "append", ...}}`.
 * The id is a JSON number of 64 bits, as in Iceberg's own metadata. A summary that is too long keeps its operation.
 */
export function commitNotification({ table, snapshotId, summary }: CommittedSnapshot): Notification {
  const payloadOf = (kept: Readonly<Record<string, string>>): string =>
    `{"table": ${JSON.stringify(table)}, "snapshot_id": ${snapshotId}, "summary": ${JSON.stringify(kept)}}`;
  const payload = payloadOf(summary);
  if (Buffer.byteLength(payload) <= PAYLOAD_BYTES) return { channel: CHANNEL, payload };
  const { operation } = summary;
  return { channel: CHANNEL, payload: payloadOf(operation === undefined ? {} : { operation }) };
}
