/**
 * The house rules as a failing test. Each rule is shown a small tree that breaks it first, so that none of them can
 * pass by never looking.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import * as houseRules from './support/house-rules.ts';
import type { HouseRule } from './support/house-rules.ts';
import { REPOSITORY, treeFiles } from './support/tree-files.ts';

const PAGE = '/**\n * Room `x`: what it does.\n * And more.\n */\n';
const MACHINE = ['', 'root', 'x'].join('/');

/** For each rule, files that break it and how many times. */
const BROKEN: Record<keyof typeof houseRules, readonly (readonly [path: string, text: string])[]> = {
  topLevel: [['notes.md', '']],
  layers: [
    ['src/plan/a.ts', "import { x } from '../engine/engine.ts';"],
    ['src/plan/b.ts', "import type { x } from '../catalog/catalog.ts';"],
    ['src/base/c.ts', "const x = await import('../sql/sql.ts');"],
    ['src/wire/d.ts', "new Worker(new URL('../ops/ops.ts', import.meta.url));"],
    ['src/wire/e.ts', "import { f } from '../../test/support/f.ts';"],
    ['src/cli/f.ts', "import { main } from '../main.ts';"],
  ],
  rooms: [['src/helpers/a.ts', '']],
  frontPages: [
    ['src/plan/a.ts', ''],
    ['src/sql/sql.ts', 'export const x = 1;'],
  ],
  fileNames: [
    ['src/plan/prunedFiles.ts', 'export const prunedFiles = 1;'],
    ['src/plan/pruned-files.ts', 'export const somethingElse = 1;'],
  ],
  names: [
    ['src/plan/a.ts', 'class ScanManager {}'],
    ['src/plan/b.ts', 'export function rowHelper() {}'],
    ['src/plan/c.ts', 'type PlanInfo = 1;'],
    ['src/plan/d.ts', 'const data = 1;'],
  ],
  barrels: [['src/plan/a.ts', "export * from './b.ts';"]],
  moduleState: [['src/plan/a.ts', 'let count = 0;']],
  places: [
    ['README.md', `see ${MACHINE}/notes`],
    ['.npmrc', `registry=https://${['registry', 'npmjs', 'org'].join('.')}/`],
  ],
};

const CLEAN: readonly (readonly [path: string, text: string])[] = [
  ['package.json', '{}'],
  ['.npmrc', ''],
  ['src/main.ts', "import { serve } from './cli/serve.ts';"],
  ['src/cli/cli.ts', PAGE],
  ['src/cli/serve.ts', "import { x } from '../plan/plan.ts';\nexport function serve() {}"],
  ['src/plan/plan.ts', `${PAGE}export const x = 1;`],
  ['src/plan/pruned-files.ts', "import { x } from './plan.ts';\nexport const prunedFiles = x;"],
];

describe('house rules', () => {
  for (const [name, rule] of Object.entries(houseRules) as [keyof typeof houseRules, HouseRule][]) {
    test(`${name} can fail`, () => {
      for (const broken of BROKEN[name]) assert.equal(rule(asTree([broken])).length, 1, broken.join(': '));
      assert.deepEqual(rule(asTree(CLEAN)), []);
    });
    test(`${name} holds`, () => assert.deepEqual(rule(treeFiles()), []));
  }
});

/** Code that breaks a rule of the linter, by the rule. */
const LINTED: readonly (readonly [rule: string, path: string, text: string])[] = [
  ['eslint(max-lines)', 'src/a.ts', '//\n'.repeat(301)],
  ['eslint(max-lines-per-function)', 'src/b.ts', `export function b() {\n${'  b();\n'.repeat(70)}}\n`],
  ['import(no-cycle)', 'src/c.ts', "import { d } from './d.ts';\nexport const c = (): number => d();\n"],
  ['import(no-cycle)', 'src/d.ts', "import { c } from './c.ts';\nexport const d = (): number => c();\n"],
  ['import(no-default-export)', 'src/e.ts', 'export default 1;\n'],
  ['typescript(no-floating-promises)', 'src/f.ts', 'export function f() {\n  Promise.resolve(1);\n}\n'],
  ['typescript(no-misused-promises)', 'src/g.ts', 'setTimeout(async () => {}, 1);\n'],
];

test('each rule of the linter can fail', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-lint-'));
  try {
    for (const name of ['.oxlintrc.json', 'src/tsconfig.json']) await copy(name, folder);
    await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
    for (const [, path, text] of LINTED) await writeFile(join(folder, path), text);
    const found = await lint(folder);
    for (const [rule, path] of LINTED)
      assert.ok(found.includes(`${path} ${rule}`), `${rule} in ${path}: ${found.join(', ')}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function asTree(files: readonly (readonly [string, string])[]) {
  return files.map(([path, text]) => ({ path, text }));
}

async function copy(name: string, folder: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await cp(join(REPOSITORY, name), join(folder, name));
}

/** What the linter finds in a folder, as `path rule(...)`. */
function lint(folder: string): Promise<readonly string[]> {
  const oxlint = join(REPOSITORY, 'node_modules/.bin/oxlint');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [oxlint, '--format=json'], { cwd: folder }, (error, stdout) => {
      if (!stdout) return reject(error ?? new Error('oxlint printed nothing'));
      const report = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] };
      resolve(report.diagnostics.map(({ filename, code }) => `${filename} ${code}`));
    });
  });
}
