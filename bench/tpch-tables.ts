import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const PACKAGES = ['duckdb==1.5.5', 'duckdb-extension-tpch==1.5.5', 'pyiceberg[pyarrow,sql-sqlite]==0.12.0'];

/**
 * A gateway's working folder whose catalog has the TPC-H tables of one scale in its namespace `tpch`. It is made once,
 * in the user's cache folder (BERGWIRE_BENCH, or bergwire-bench in the cache), by DuckDB's generator and PyIceberg in a
 * Python environment of their own there.
 */
export async function tpchFolder(scale: number): Promise<string> {
  const cache =
    process.env.BERGWIRE_BENCH ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'bergwire-bench');
  const folder = join(cache, `tpch-${scale}`);
  if (existsSync(join(folder, 'whole'))) return folder;
  // Tables name their files by absolute paths: they are made where they stay, and marked once they are whole.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const environment = join(cache, 'venv');
  const run = (program: string, ...flags: string[]) => execFileSync(program, flags, { stdio: 'inherit' });
  run('python3', '-m', 'venv', environment);
  const python = join(environment, 'bin/python');
  run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES);
  run(python, join(import.meta.dirname, 'tpch-tables.py'), folder, String(scale));
  await mkdir(join(folder, 'whole'));
  return folder;
}
