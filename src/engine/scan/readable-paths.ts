import type { DataFile } from '../../iceberg/iceberg.ts';
import type { ScanContext } from './scan-context.ts';

/** The paths to read instead: of copies where DuckDB cannot read the files themselves. */
export async function readablePaths(
  files: readonly DataFile[],
  paths: readonly string[],
  context: ScanContext,
): Promise<readonly string[]> {
  const traits = await context.traits.of(paths, context.query);
  const readable: string[] = [];
  for (const [i, path] of paths.entries()) {
    readable.push(traits[i]!.isForeign ? await context.readable(files[i]!.path, path) : path);
  }
  return readable;
}
