import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where test/support/install-tools.sh puts what is no npm package. */
const folder =
  process.env.BERGWIRE_TOOLS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'bergwire-tools');

export type Tool = 'psql' | 'java' | 'pgjdbc' | 'psqlodbc' | 'python' | 'spark' | 'versitygw' | 'go' | 'pgbouncer';

/** Paths of what is installed beside the npm packages. */
export const tools = {
  folder,
  python: join(folder, 'venv/bin/python'),
  versitygw: join(folder, 'bin/versitygw'),
  jar: (name: string): string | undefined => {
    const jars = existsSync(join(folder, 'jars')) ? readdirSync(join(folder, 'jars')) : [];
    const file = jars.find((jar) => jar.startsWith(name));
    return file === undefined ? undefined : join(folder, 'jars', file);
  },
  /** A library of psqlODBC where Debian puts it, /usr/lib/<architecture>/odbc. */
  odbcDriver: (library: string): string | undefined =>
    (existsSync('/usr/lib') ? readdirSync('/usr/lib') : [])
      .map((entry) => join('/usr/lib', entry, 'odbc', library))
      .find((file) => existsSync(file)),
};

const PRESENT: Readonly<Record<Tool, () => boolean>> = {
  psql: () => runs('psql'),
  java: () => runs('java', '-version'),
  pgjdbc: () => runs('java', '-version') && tools.jar('postgresql-') !== undefined,
  psqlodbc: () =>
    tools.odbcDriver('psqlodbcw.so') !== undefined &&
    existsSync(tools.python) &&
    runs(tools.python, '-c', 'import pyodbc'),
  python: () => existsSync(tools.python),
  spark: () =>
    existsSync(tools.python) &&
    runs('java', '-version') &&
    tools.jar('iceberg-spark-runtime') !== undefined &&
    tools.jar('sqlite-jdbc') !== undefined,
  versitygw: () => existsSync(tools.versitygw),
  go: () => runs('go', 'version'),
  pgbouncer: () => runs('pgbouncer') || runs('/usr/sbin/pgbouncer'),
};

/** For a test's `skip`: false, or what is missing by name. In CI nothing is skipped: there it throws. */
export function need(...wanted: readonly Tool[]): string | false {
  const missing = wanted.filter((tool) => !PRESENT[tool]());
  if (missing.length === 0) return false;
  const reason = `not installed: ${missing.join(', ')} (bash test/support/install-tools.sh)`;
  if (process.env.CI) throw new Error(reason);
  return reason;
}

function runs(program: string, ...flags: readonly string[]): boolean {
  try {
    execFileSync(program, flags.length === 0 ? ['--version'] : flags, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
