/** Runs the benchmarks named on the command line, or all of them, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const NAMES = ['plan', 'ping', 'sink', 'copy', 'tpch', 'merge', 'idle'];

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !NAMES.includes(name));
if (unknown !== undefined) throw new Error(`no benchmark "${unknown}"; there are ${NAMES.join(', ')}`);
for (const name of wanted.length === 0 ? NAMES : wanted) {
  console.log(`# ${name}`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
