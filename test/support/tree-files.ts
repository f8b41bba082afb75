import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TreeFile } from './house-rules.ts';

/** The root folder of the repository, with a slash at the end. */
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

const IGNORED = new Set(['node_modules', '.git', '.bergwire']);

/** Every file that belongs to the repository: git's answer, or all but ignored folders where git is not at hand. */
export function treeFiles(): readonly TreeFile[] {
  return paths()
    .filter((path) => path !== 'LICENSE' && existsSync(join(REPOSITORY, path)))
    .map((path) => ({ path, text: readFileSync(join(REPOSITORY, path), 'utf8') }));
}

function paths(): readonly string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-z'], { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'ignore'] });
    return listed.toString('utf8').split('\0').filter(Boolean);
  } catch {
    return readdirSync(REPOSITORY, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(REPOSITORY.length))
      .filter((path) => !path.split('/').some((part) => IGNORED.has(part)));
  }
}
