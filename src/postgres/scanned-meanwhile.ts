import { dataRowValues, type Answer } from './read-reply.ts';

/** Scans that were begun, by table; those that an exception undid count too, unlike locks. */
const scannedQuery = `SELECT relid::pg_catalog.int8, seq_scan + coalesce(idx_scan, 0)
  FROM pg_catalog.pg_stat_xact_user_tables WHERE seq_scan + coalesce(idx_scan, 0) > 0`;

/** Around what the client runs: it is asked for even if that failed. */
export const beforeClient = `${scannedQuery}; SAVEPOINT client`;
export const afterClient = `ROLLBACK TO SAVEPOINT client; ${scannedQuery}`;

/** Oids of the tables that were scanned between two answers. */
export function scannedMeanwhile(before: Answer | undefined, after: Answer | undefined): readonly number[] {
  const counts = countsOf(before);
  return [...countsOf(after)].flatMap(([oid, count]) => (counts.get(oid) === count ? [] : [oid]));
}

function countsOf(answer: Answer | undefined): ReadonlyMap<number, string> {
  const rows = (answer?.rows ?? []).map((row) =>
    dataRowValues(row).map((value) => new TextDecoder().decode(value ?? new Uint8Array())),
  );
  return new Map(rows.map(([oid, count = '']) => [Number(oid), count]));
}
