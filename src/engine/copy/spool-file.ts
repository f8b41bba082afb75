import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpooledFile } from '../engine.ts';
import { temporarySpaceExhausted } from '../errors.ts';

/** A file in `folder` for what a client sends; disposing it removes it. */
export async function spoolFile(folder: string, limitBytes: number): Promise<SpooledFile & AsyncDisposable> {
  const path = join(folder, `import-${randomUUID()}`);
  const file = await open(path, 'wx', 0o600);
  let sizeBytes = 0;
  return {
    path,
    async write(bytes) {
      sizeBytes += bytes.length;
      if (sizeBytes > limitBytes) throw temporarySpaceExhausted(limitBytes);
      await file.writeFile(bytes);
    },
    async end() {
      await file.datasync();
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
