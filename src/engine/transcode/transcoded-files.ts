import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporarySpaceUsedUp, tooLargeToTranscode } from '../errors.ts';
import { transcodeParquet } from './transcode-parquet.ts';

/** A file is read into memory as a whole. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

type Entry = { readonly path: string; readonly sizeBytes: number; readonly holders: Set<object> };

/**
 * Copies of Parquet files that DuckDB cannot read, in a form that it can, by the path of the original. A copy stays
 * until its room is needed, and while anyone holds it. Files are immutable, so a copy never gets stale.
 */
export class TranscodedFiles {
  readonly #folder: string;
  readonly #limitBytes: number;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #making = new Map<string, Promise<Entry>>();
  #totalBytes = 0;

  /** `limitBytes` for all copies together. */
  constructor(folder: string, limitBytes: number) {
    this.#folder = join(folder, `transcoded-${randomUUID()}`);
    this.#limitBytes = limitBytes;
  }

  /**
   * The path of the copy, made if it is not there; kept until `release(holder)`. `check` is called now and then and
   * may throw. 0A000 for a file over 256 MiB, 53100 where held copies leave no room.
   */
  async path(original: string, holder: object, check: () => void): Promise<string> {
    for (;;) {
      const known = this.#entries.get(original);
      if (known !== undefined) {
        this.#entries.delete(original);
        this.#entries.set(original, known);
        known.holders.add(holder);
        return known.path;
      }
      const making = this.#making.get(original);
      if (making === undefined) break;
      // Whoever makes it may be cancelled; then it is made here.
      await making.catch(() => undefined);
      check();
    }
    const making = this.#make(original, holder, check).finally(() => this.#making.delete(original));
    this.#making.set(original, making);
    return (await making).path;
  }

  release(holder: object): void {
    for (const { holders } of this.#entries.values()) holders.delete(holder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#making.values());
    this.#entries.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #make(original: string, holder: object, check: () => void): Promise<Entry> {
    const { size } = await stat(original);
    if (size > MAX_FILE_BYTES) throw tooLargeToTranscode(original, MAX_FILE_BYTES);
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, `${randomUUID()}.parquet`);
    try {
      const sizeBytes = await transcodeParquet(original, path, check);
      const entry: Entry = { path, sizeBytes, holders: new Set([holder]) };
      const superseded = this.#makeRoom(sizeBytes);
      this.#entries.set(original, entry);
      this.#totalBytes += sizeBytes;
      for (const old of superseded) await rm(old, { force: true });
      return entry;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Lets go of what nobody holds; the paths to remove. */
  #makeRoom(sizeBytes: number): readonly string[] {
    const idle = [...this.#entries].filter(([, { holders }]) => holders.size === 0);
    const free = this.#limitBytes - this.#totalBytes;
    if (sizeBytes > free + idle.reduce((sum, [, entry]) => sum + entry.sizeBytes, 0)) throw temporarySpaceUsedUp();
    const removed: string[] = [];
    for (const [original, entry] of idle) {
      if (this.#totalBytes + sizeBytes <= this.#limitBytes) break;
      this.#entries.delete(original);
      this.#totalBytes -= entry.sizeBytes;
      removed.push(entry.path);
    }
    return removed;
  }
}
