import { resolve } from 'node:path';

/** A value as it was given: text from a flag or a variable, anything YAML knows from the file. */
export type Given = {
  readonly path: readonly string[];
  readonly value: unknown;
  /** Where it was given, as shown to the operator. */
  readonly source: string;
  /** The folder that relative paths are relative to. */
  readonly folder: string;
  /** True where the source knows no types, so that `5439` and `true` arrive as text. */
  readonly textual: boolean;
};

export type Setting<T> = {
  readonly kind: 'setting';
  /** What is accepted, to be read after "expected". */
  readonly accepts: string;
  readonly about: string;
  /** `undefined` from a required setting means that it must be given. */
  readonly initial: T | undefined;
  readonly required: boolean;
  readonly secret: boolean;
  /** The accepted value, or undefined where the given one is not acceptable. */
  readonly read: (given: Given) => T | undefined;
};

/** Members with fixed names. */
export interface Group<M extends Members = Members> {
  readonly kind: 'group';
  readonly members: M;
}

/** Members whose names the operator chooses. */
export interface Named<N extends Node = Node> {
  readonly kind: 'named';
  readonly each: N;
  readonly about: string;
  /** Used where the operator names none. */
  readonly initial: Readonly<Record<string, unknown>>;
}

export type Node = Setting<unknown> | Group | Named;
export type Members = { readonly [name: string]: Node };

/** The type of the values that a schema describes. */
export type Shape<N> =
  N extends Setting<infer T>
    ? T
    : N extends Named<infer E>
      ? { readonly [name: string]: Shape<E> }
      : N extends Group<infer M>
        ? { readonly [K in keyof M]: Shape<M[K]> }
        : never;

type Described<T> = { readonly initial: T; readonly about: string };
type Range = { readonly min?: number; readonly max?: number };

export function group<M extends Members>(members: M): Group<M> {
  return { kind: 'group', members };
}

export function named<N extends Node>(
  each: N,
  { initial, about }: Described<Readonly<Record<string, unknown>>>,
): Named<N> {
  return { kind: 'named', each, about, initial };
}

export function text<T extends string | undefined>({ initial, about }: Described<T>): Setting<string | T> {
  return optional<string | T>({ initial, about, accepts: 'text', read: textOf });
}

/** Text that is never printed. */
export function secret({ about }: { readonly about: string }): Setting<string | undefined> {
  return { ...text({ initial: undefined, about }), secret: true };
}

export function flag({ initial, about }: Described<boolean>): Setting<boolean> {
  const read = ({ value, textual }: Given): boolean | undefined => {
    if (typeof value === 'boolean') return value;
    if (!textual) return undefined;
    return (
      ['true', 'on', 'yes', '1'].includes(String(value)) ||
      (/^(false|off|no|0)$/.test(String(value)) ? false : undefined)
    );
  };
  return optional({ initial, about, accepts: 'true or false', read });
}

export function choice<const T extends readonly string[]>(
  values: T,
  { initial, about }: Described<T[number]>,
): Setting<T[number]> {
  const read = (given: Given): T[number] | undefined => values.find((value) => value === given.value);
  return optional({ initial, about, accepts: values.map((value) => `"${value}"`).join(', '), read });
}

/** A whole number without a unit. */
export function integer({ initial, about, min = 0, max = 2 ** 31 - 1 }: Described<number> & Range): Setting<number> {
  const read = ({ value, textual }: Given): number | undefined =>
    within(textual && /^\d+$/.test(String(value)) ? Number(value) : value, min, max);
  return optional({ initial, about, accepts: `a whole number from ${min} to ${max}`, read });
}

const BYTES: Units = { B: 1, kB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };
const MILLISECONDS: Units = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

type Units = Readonly<Record<string, number>>;

/** Bytes; units as PostgreSQL writes them, powers of 1024. */
export function size(described: Described<number> & Range): Setting<number> {
  return measured(described, BYTES, 'bytes', '64MB');
}

/** Milliseconds; units as PostgreSQL writes them. */
export function duration(described: Described<number> & Range): Setting<number> {
  return measured(described, MILLISECONDS, 'milliseconds', '30s');
}

/** A local file or folder, made absolute. */
export function path<T extends string | undefined>({ initial, about }: Described<T>): Setting<string | T> {
  const read = (given: Given): string | undefined => {
    const name = textOf(given);
    return name === undefined ? undefined : resolve(given.folder, name);
  };
  return optional<string | T>({ initial, about, accepts: 'the path of a file or folder', read });
}

/** A place where objects are: a URI, or a local folder made absolute. A slash at the end is kept. */
export function location<T extends string | undefined>({ initial, about }: Described<T>): Setting<string | T> {
  const read = (given: Given): string | undefined => {
    const name = textOf(given);
    if (name === undefined || /^[a-z][a-z0-9+.-]*:/i.test(name)) return name;
    return resolve(given.folder, name) + (name.endsWith('/') ? '/' : '');
  };
  return optional<string | T>({ initial, about, accepts: 'a URI or the path of a folder', read });
}

/** A database that holds a catalog: `sqlite:FILE` with the file made absolute. */
export function databaseUri({ about }: { readonly about: string }): Setting<string> {
  const setting = optional({ initial: undefined as never, about, accepts: 'sqlite:FILE', read: sqliteUri });
  return { ...setting, required: true };
}

function sqliteUri(given: Given): string | undefined {
  const [, file] = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(textOf(given) ?? '') ?? [];
  return file === undefined ? undefined : `sqlite:${resolve(given.folder, file)}`;
}

/** A database that holds the control log: `sqlite:FILE` with the file made absolute, or a PostgreSQL URI. */
export function controlUri({ initial, about }: Described<string>): Setting<string> {
  const read = (given: Given): string | undefined => {
    const value = textOf(given) ?? '';
    return /^postgres(ql)?:\/\//.test(value) ? value : sqliteUri(given);
  };
  return optional({ initial, about, accepts: 'sqlite:FILE or postgres://USER@HOST/DATABASE', read });
}

function measured(
  { initial, about, min = 0, max = Number.MAX_SAFE_INTEGER }: Described<number> & Range,
  units: Units,
  unit: string,
  example: string,
): Setting<number> {
  const read = ({ value, textual }: Given): number | undefined => {
    if (typeof value !== 'string') return within(value, min, max);
    const [, digits, suffix] = /^(\d+) *([A-Za-z]*)$/.exec(value) ?? [];
    if (digits === undefined || (suffix === '' && !textual)) return undefined;
    const factor = suffix === '' ? 1 : units[suffix!];
    return factor === undefined ? undefined : within(Number(digits) * factor, min, max);
  };
  const least = min > 0 ? ` from ${min}` : '';
  const accepts = `a whole number of ${unit}${least}, or one with a unit (${Object.keys(units).join(', ')}) like "${example}"`;
  return optional({ initial, about, accepts, read });
}

function optional<T>(setting: Omit<Setting<T>, 'kind' | 'required' | 'secret'>): Setting<T> {
  return { kind: 'setting', required: false, secret: false, ...setting };
}

function textOf({ value }: Given): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function within(value: unknown, min: number, max: number): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined;
}
