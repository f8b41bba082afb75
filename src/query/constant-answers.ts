import type { LruCache } from '../base/lru-cache.ts';
import type { PostgresResult } from '../postgres/postgres.ts';
import type { BoundParameters } from './query.ts';

/** Answers of one statement that depend on nothing but its parameters and their formats. */
export type ConstantAnswers = {
  find(parameters: BoundParameters, resultFormats: readonly (0 | 1)[]): PostgresResult | undefined;
  keep(parameters: BoundParameters, resultFormats: readonly (0 | 1)[], result: PostgresResult): void;
};

/** `name` tells the statement, its role and its settings from all others of the cache. */
export function constantAnswers(cache: LruCache<PostgresResult>, name: string): ConstantAnswers {
  return {
    find: (parameters, resultFormats) => cache.get(keyOf(name, parameters, resultFormats)),
    keep: (parameters, resultFormats, result) => {
      if (result.failure || result.rows.length > MAX_ROWS_BYTES || result.notices.length > 0) return;
      // The rows may be part of a whole reply, which would be kept with them.
      const kept = { ...result, rows: result.rows.slice() };
      cache.set(keyOf(name, parameters, resultFormats), kept, FIXED_BYTES + kept.rows.length);
    },
  };
}

/** Larger answers are rather computed again. */
const MAX_ROWS_BYTES = 64 * 1024;
const FIXED_BYTES = 500;

function keyOf(name: string, { formats, values }: BoundParameters, resultFormats: readonly (0 | 1)[]): string {
  let key = `${name} ${resultFormats.join('')}`;
  if (values.length === 0) return key;
  key += ` ${formats.join('')}`;
  for (const value of values) key += value === null ? ' -' : ` ${value.length} ${bytesAsText(value)}`;
  return key;
}

function bytesAsText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
