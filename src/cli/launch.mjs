#!/usr/bin/env node
/**
 * The door before the door: starts the gateway, or a script of this repository, on the Node that package.json pins.
 *
 *   launch.mjs COMMAND ...       bergwire's own commands (src/main.ts)
 *   launch.mjs --node ARG ...    the pinned Node with these arguments; development packages included
 *
 * A fresh clone has no packages and the machine's own Node may be too old for TypeScript, so this one file is plain
 * JavaScript without imports from npm. It installs what package-lock.json names and node_modules lacks, then replaces
 * itself by the pinned Node. UV_THREADPOOL_SIZE only counts when it is in the environment before Node starts: every
 * running DuckDB query holds one of those threads.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const THREAD_POOL_SIZE = '128';

const [first, ...rest] = process.argv.slice(2);
const development = first === '--node';
const program = development ? rest : [join(ROOT, 'src/main.ts'), ...process.argv.slice(2)];

if (missingPackages(development).length > 0) install();
run(pinnedNode(), program);

/** Names of packages that the lock file wants and node_modules does not hold in that version. */
function missingPackages(development) {
  const wanted = readPackages('package-lock.json') ?? {};
  const installed = readPackages('node_modules/.package-lock.json') ?? {};
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== '' && !entry.optional && (development || !entry.dev))
    .filter(([path, entry]) => installed[path]?.version !== entry.version)
    .map(([path]) => path);
}

function readPackages(file) {
  const path = join(ROOT, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/**
 * The versions of the lock file, with npm's output on stderr: stdout belongs to the program that was asked for. Not
 * `npm ci`: it refuses a lock file that lacks the optional packages of other platforms, as registry mirrors make them.
 */
function install() {
  process.stderr.write('bergwire: installing packages (once, about a minute) ...\n');
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'development' },
  });
  if (npm.status !== 0) {
    process.stderr.write('bergwire: npm install failed; the packages could not be installed\n');
    process.exit(1);
  }
}

/** The Node of node_modules; this very Node where that one is left out but new enough (a container image). */
function pinnedNode() {
  const pinned = join(ROOT, 'node_modules/node/bin/node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write('bergwire: Node 24 is missing: the install script of the npm package "node" did not run\n');
  process.exit(1);
}

/** Becomes the program where Node can, so that signals and the exit code are its own; otherwise stands in for it. */
function run(node, args) {
  const env = { ...process.env, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? THREAD_POOL_SIZE };
  process.execve?.(node, [node, ...args], env);
  const child = spawn(node, args, { stdio: 'inherit', env });
  // A terminal sends SIGINT to the whole process group, so the child has it already.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
