import { readMemory } from '../read-memory.ts';
import { vectorBytes } from '../vector-bytes.ts';
import type { KernelColumn } from './kernel-column.ts';

/** duckdb_string_t. */
const ENTRY_BYTES = 16;
/** More runs than this (a dictionary in random order) are for sorted addresses. */
const MAX_RUNS = 24;
const RUN_BYTES = 16;
/** Text of one column and chunk beyond this would make the kernels' memory large for good. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** Strings as they are. Their bytes are fetched in runs of neighbouring addresses, each with one native call. */
export const stringColumn: KernelColumn = (kernels, vector, valid, rowCount) => {
  const { run } = kernels;
  const entries = kernels.put(vectorBytes(vector, rowCount, ENTRY_BYTES));
  const runs = kernels.reserve(MAX_RUNS * RUN_BYTES);
  const heap = kernels.reserve(0);
  const runCount = run.findRuns(entries, valid, rowCount, heap, runs, MAX_RUNS);
  if (runCount === -1) return undefined;
  const bounds = new BigUint64Array(kernels.bytes.slice(runs, runs + runCount * RUN_BYTES).buffer);
  let textBytes = 0;
  for (let i = 0; i < runCount; i++) textBytes += Number(bounds[2 * i + 1]! - bounds[2 * i]!);
  if (textBytes > MAX_TEXT_BYTES) return undefined;
  kernels.reserve(textBytes);
  for (let i = 0, at = heap; i < runCount; i++) {
    const text = readMemory(Number(bounds[2 * i]), Number(bounds[2 * i + 1]! - bounds[2 * i]!));
    kernels.bytes.set(text, at);
    at += text.length;
  }
  return {
    measure: (sizes) => run.measureStrings(entries, valid, sizes, rowCount),
    put: (places, first, end) => run.putStrings(entries, valid, places, first, end),
  };
};
