import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Document } from 'yaml';
import type { Node as YamlNode } from 'yaml';
import { checkConfig } from './check-config.ts';
import { ConfigError } from './config.ts';
import type { Config, LoadedConfig } from './config.ts';
import { gather, place } from './gather.ts';
import type { Gathered } from './gather.ts';
import { CONFIG_VARIABLE, readEnvironment } from './read-environment.ts';
import { readFile } from './read-file.ts';
import { readFlags } from './read-flags.ts';
import { SCHEMA } from './schema.ts';
import type { Given, Named, Node, Setting } from './setting.ts';

export type ConfigSources = {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working folder: of `bergwire.yaml`, and of relative paths outside of a file. */
  readonly folder: string;
};

const DEFAULT_FILE = 'bergwire.yaml';

/** The configuration in force. Raises ConfigError with everything that is wrong at once. */
export function loadConfig({ flags, environment, folder }: ConfigSources): LoadedConfig {
  const fromFile: Gathered = { givens: [], problems: [] };
  const fromEnvironment: Gathered = { givens: [], problems: [] };
  const fromFlags: Gathered = { givens: [], problems: [] };
  readEnvironment(environment, folder, fromEnvironment);
  const named = readFlags(flags, folder, fromFlags) ?? environment[CONFIG_VARIABLE];
  const file = named === undefined ? join(folder, DEFAULT_FILE) : resolve(folder, named);
  if (named !== undefined || existsSync(file)) readFile(file, fromFile);

  const gathered = [fromFile, fromEnvironment, fromFlags];
  const loading: Loading = {
    givens: new Map(gathered.flatMap(({ givens }) => givens.map((given) => [given.path.join('\0'), given]))),
    problems: gathered.flatMap(({ problems }) => problems),
    sources: new Map(),
    folder,
  };
  const config = valueOf(SCHEMA, [], loading) as Config;
  if (loading.problems.length === 0) loading.problems.push(...checkConfig(config, loading.sources));
  if (loading.problems.length > 0) throw new ConfigError(loading.problems);
  return { config: deepFreeze(config), sources: loading.sources };
}

type Loading = {
  readonly givens: Map<string, Given>;
  readonly problems: string[];
  readonly sources: Map<string, string>;
  readonly folder: string;
};

function valueOf(node: Node, path: readonly string[], loading: Loading): unknown {
  if (node.kind === 'setting') return settingValue(node, path, loading);
  const names = node.kind === 'group' ? Object.keys(node.members) : namesOf(node, path, loading);
  return Object.fromEntries(
    names.map((name) => {
      const child = node.kind === 'group' ? node.members[name]! : node.each;
      return [name, valueOf(child, [...path, name], loading)];
    }),
  );
}

/** The names that were given under a path; those of the default where there are none. */
function namesOf(node: Named, path: readonly string[], loading: Loading): readonly string[] {
  const given = [...loading.givens.values()].filter((value) => path.every((part, i) => value.path[i] === part));
  if (given.length > 0) return [...new Set(given.map((value) => value.path[path.length]!))];
  const initial: Gathered = { givens: [], problems: loading.problems };
  const origin = { sourceOf: () => 'default', folder: loading.folder, textual: false };
  gather(node, new Document(node.initial).contents as YamlNode, path, origin, initial);
  for (const value of initial.givens) loading.givens.set(value.path.join('\0'), value);
  return Object.keys(node.initial);
}

function settingValue(setting: Setting<unknown>, path: readonly string[], loading: Loading): unknown {
  const given = loading.givens.get(path.join('\0')) ?? {
    path,
    value: setting.initial,
    source: 'default',
    folder: loading.folder,
    textual: false,
  };
  loading.sources.set(path.join('.'), given.source);
  if (given.value === undefined && given.source === 'default') {
    if (setting.required) loading.problems.push(`${path.join('.')}: missing; expected ${setting.accepts}`);
    return undefined;
  }
  const value = setting.read(given);
  if (value === undefined) {
    const shown = setting.secret ? 'the value' : (JSON.stringify(given.value) ?? 'the value');
    loading.problems.push(`${place(path, given.source)}: ${shown} is not accepted; expected ${setting.accepts}`);
  }
  return value;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
