import { describeConfig } from '../config/describe-config.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Command } from './cli.ts';

/** Prints the configuration in force as YAML, with the source of each value and without secrets. */
export const printConfig: Command = async (flags) => {
  const loaded = loadConfig({ flags, environment: process.env, folder: process.cwd() });
  process.stdout.write(describeConfig(loaded));
  return 0;
};
