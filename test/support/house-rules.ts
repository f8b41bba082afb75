/**
 * The house rules that a machine can hold, as pure functions from the files of the tree to what breaks them. Size
 * limits, default exports and import cycles are the linter's (.oxlintrc.json); the rest is here.
 */

/** A file of the repository: its path from the root, with slashes, and its text. */
export type TreeFile = { readonly path: string; readonly text: string };

export type HouseRule = (files: readonly TreeFile[]) => readonly string[];

/** Rooms from bottom to top; those in one row are neighbours and do not import each other. */
const ROWS: readonly (readonly string[])[] = [
  ['base'],
  ['storage', 'sql', 'pgtype', 'copy'],
  ['iceberg', 'tree'],
  ['catalog', 'plan'],
  ['translate'],
  ['engine', 'postgres'],
  ['maintenance', 'governance'],
  ['query'],
  ['session'],
  ['wire', 'ops'],
  ['config'],
  ['cli'],
];

const TOP_LEVEL = new Set([
  'package.json',
  'package-lock.json',
  'LICENSE',
  'README.md',
  'src',
  'test',
  'bench',
  'docker',
]);

const BANNED_WORDS = ['Manager', 'Helper', 'Util', 'Utils', 'Handler', 'Impl'];

/** Words that say nothing as a name or at the end of a type's; in a function's they may be Postgres' own. */
const BANNED_NOUNS = ['Data', 'Info'];

/** Names that end in a banned word but are the specification's own. */
const SPEC_NAMES = new Set(['DataFile', 'ColumnData']);

/** Files named after a subject: all messages between two threads, in both directions. */
const SUBJECTS = new Set(['messages']);

/** Spelled in pieces so that this file does not break its own rule. */
const FOREIGN_PLACES: readonly RegExp[] = [
  new RegExp(`(?<![\\w.])/(${['work', 'root', 'Users'].join('|')})/`),
  new RegExp(`(?<![\\w.])/${'home'}/`),
  ...[
    ['registry', 'npmjs', 'org'],
    ['pypi', 'org'],
    ['pythonhosted', 'org'],
    ['proxy', 'golang', 'org'],
    ['repo', 'maven', 'apache', 'org'],
    ['repo1', 'maven', 'org'],
    ['deb', 'debian', 'org'],
    ['static', 'crates', 'io'],
  ].map((parts) => new RegExp(parts.join('\\.'))),
];

/** Everything at the top of the repository has a reason to be there. */
export const topLevel: HouseRule = (files) =>
  [...new Set(files.map((file) => file.path.split('/')[0]!))]
    .filter((name) => !TOP_LEVEL.has(name) && !name.startsWith('.'))
    .map((name) => `${name}: not a top-level name of this house`);

/** A file imports its own room and rooms in lower rows; never a neighbour, never upward. */
export const layers: HouseRule = (files) =>
  sources(files).flatMap((file) => {
    const room = roomOf(file.path);
    return importsOf(file).flatMap((target) => {
      if (!target.startsWith('src/')) return [`${file.path}: imports ${target}, which is not in the house`];
      const other = roomOf(target);
      return other === room || rowOf(other) < rowOf(room) ? [] : [`${file.path}: ${room} may not import ${other}`];
    });
  });

/** Every folder of src is a room of the plan. */
export const rooms: HouseRule = (files) =>
  [...new Set(sources(files).map((file) => roomOf(file.path)))]
    .filter((room) => room !== 'main' && !ROWS.flat().includes(room))
    .map((room) => `src/${room}: not a room of the plan`);

/** A reader starts at the front page: the file with the room's name opens with a block comment. */
export const frontPages: HouseRule = (files) =>
  [...new Set(sources(files).map((file) => roomOf(file.path)))]
    .filter((room) => room !== 'main' && room !== 'base')
    .flatMap((room) => {
      const page = files.find((file) => file.path === `src/${room}/${room}.ts`);
      if (!page) return [`src/${room}: has no front page ${room}.ts`];
      return /^\/\*\*\n( \*.*\n){2,}? \*\//.test(page.text) ? [] : [`${page.path}: opens without a block comment`];
    });

/** Files are kebab-case and named after what they export; workers are entries and export nothing. */
export const fileNames: HouseRule = (files) =>
  code(files).flatMap((file) => {
    const name = file.path
      .split('/')
      .at(-1)!
      .replace(/(\.test)?\.(ts|mjs)$/, '');
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return [`${file.path}: the name is not kebab-case`];
    const front = file.path === `src/${name}/${name}.ts`;
    if (!file.path.startsWith('src/') || front || name === 'errors' || SUBJECTS.has(name) || name.endsWith('worker'))
      return [];
    const exported = exportsOf(file).map((identifier) => identifier.toLowerCase().replaceAll('_', ''));
    const words = name.replaceAll('-', '');
    const named = exported.some((identifier) => identifier.includes(words) || words.includes(identifier));
    return named || exported.length === 0 ? [] : [`${file.path}: no export is called like the file`];
  });

/** Words that say nothing are in no name. */
export const names: HouseRule = (files) =>
  code(files).flatMap((file) =>
    declarationsOf(file)
      .filter((name) => !SPEC_NAMES.has(name))
      .filter(saysNothing)
      .map((name) => `${file.path}: ${name} is a name that says nothing`),
  );

/** No file passes on what others export. */
export const barrels: HouseRule = (files) =>
  code(files)
    .filter((file) => /^export (type )?(\*|\{[^}]*\}) from /m.test(file.text))
    .map((file) => `${file.path}: exports what another file exports`);

/** State lives in things with a life, never in a module. */
export const moduleState: HouseRule = (files) =>
  sources(files)
    .filter((file) => /^(export )?(let|var) /m.test(file.text))
    .map((file) => `${file.path}: holds module-level mutable state`);

/** Nothing names a folder of one machine or the host of a package registry. */
export const places: HouseRule = (files) =>
  files.flatMap((file) =>
    FOREIGN_PLACES.flatMap((place) => {
      const found = place.exec(file.text);
      return found ? [`${file.path}: names the place ${found[0]}`] : [];
    }),
  );

function saysNothing(name: string): boolean {
  const endings = /^[A-Z]/.test(name) ? [...BANNED_WORDS, ...BANNED_NOUNS] : BANNED_WORDS;
  const whole = [...BANNED_WORDS, ...BANNED_NOUNS].some((word) => name === word.toLowerCase());
  return whole || endings.some((word) => name.endsWith(word));
}

function sources(files: readonly TreeFile[]): readonly TreeFile[] {
  return files.filter((file) => /^src\/.*\.(ts|mjs)$/.test(file.path));
}

function code(files: readonly TreeFile[]): readonly TreeFile[] {
  return files.filter((file) => /^(src|test|bench)\/.*\.(ts|mjs)$/.test(file.path));
}

function roomOf(path: string): string {
  return path.split('/')[1]!.replace(/\.ts$/, '');
}

function rowOf(room: string): number {
  return room === 'main' ? ROWS.length : ROWS.findIndex((row) => row.includes(room));
}

/** Paths of the files that a file imports, loads or starts as a worker; packages are left out. */
function importsOf(file: TreeFile): readonly string[] {
  const specifiers = file.text.matchAll(/(?:\bfrom |\bimport |\bimport\(|new URL\()\s*'(\.{1,2}\/[^']*)'/g);
  return [...specifiers]
    .map((match) => new URL(match[1]!, `file:///${file.path}`).pathname.slice(1))
    .filter((target) => /\.(ts|mjs|js)$/.test(target));
}

function exportsOf(file: TreeFile): readonly string[] {
  const pattern = /^export (?:async )?(?:abstract )?(?:function\*?|const|class|type|interface) (\w+)/gm;
  return [...file.text.matchAll(pattern)].map((match) => match[1]!);
}

function declarationsOf(file: TreeFile): readonly string[] {
  const pattern = /^\s*(?:export )?(?:async )?(?:function\*?|const|let|class|type|interface) (\w+)/gm;
  return [...file.text.matchAll(pattern)].map((match) => match[1]!);
}
