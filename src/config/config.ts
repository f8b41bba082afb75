/**
 * Room `config`: what the operator wants, and the house put together from it. One schema (`schema.ts`) describes the
 * file, the environment and the flags; `load-config.ts` merges them into one frozen object; `house.ts` opens stores,
 * catalogs, the embedded Postgres, the engine and the server from it. No other room reads a file, a variable or a flag.
 *
 * Words: a *setting* is one leaf of the schema with its default, unit and accepted values. A *given* is a value with
 * the place it came from. Flags win over the environment, the environment over the file, the file over the default.
 * Relative paths are relative to the folder of the file they stand in, else to the working folder.
 *
 * To debug: `bergwire config` prints every setting that is in force and where its value comes from.
 */
import type { SCHEMA } from './schema.ts';
import type { Shape } from './setting.ts';

/** Every setting, checked, with defaults filled in and paths made absolute; deeply frozen. Units last in each name. */
export type Config = Shape<typeof SCHEMA>;

/** The configuration and, for each setting by its dotted path, where its value comes from. */
export type LoadedConfig = {
  readonly config: Config;
  /** `default`, `bergwire.yaml:3`, `BERGWIRE_LISTEN_PORT` or `--listen.port`. */
  readonly sources: ReadonlyMap<string, string>;
};

/** What is wrong with the configuration, one line per problem; each names the setting, its source and what is accepted. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
