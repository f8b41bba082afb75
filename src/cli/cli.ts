/**
 * Room `cli`: the front door. It reads the first word of the command line and does what it says; each command is one
 * file. Answers go to stdout, the log and complaints to stderr; the exit code is 0, 1 where a statement or the server
 * failed, 2 where the command line or the configuration is wrong.
 *
 * Words: the *welcome* is what `serve` prints once it listens; the *demo* is the schema it creates at the first start.
 *
 * To debug: every command takes `--log.level=debug`; `launch.mjs` is what the npm scripts run.
 */

/** A command of `bergwire`: gets the words after its name and resolves to the exit code. */
export type Command = (args: readonly string[]) => Promise<number>;
