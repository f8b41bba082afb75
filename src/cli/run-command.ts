import { GATEWAY_VERSION } from '../base/gateway-version.ts';
import { ConfigError } from '../config/config.ts';
import type { Command } from './cli.ts';
import { printConfig } from './print-config.ts';
import { runSql } from './run-sql.ts';
import { runUser } from './run-user.ts';
import { serve } from './serve.ts';

const USAGE = `bergwire: a SQL gateway that speaks the Postgres wire protocol over Apache Iceberg tables

  bergwire [serve] [FLAG ...]           serve clients until SIGTERM
  bergwire sql [FLAG ...] [STATEMENT]   run statements (of stdin without one) on a running server, or on the
                                        configured catalogs themselves where none listens
    --database NAME  --user NAME        whom and what to connect to; both bergwire by default
  bergwire user add|password|drop NAME [FLAG ...]
                                        who may log in; the password is the first line of stdin or asked for
  bergwire user list [FLAG ...]         the roles of the control log
  bergwire config [FLAG ...]            print the configuration in force and where each value comes from
  bergwire version | help

Every setting is a flag (--listen.port 5439, --host and --port for short), a variable (BERGWIRE_LISTEN_PORT) or a key
of bergwire.yaml in the working folder, or of the file that --config or BERGWIRE_CONFIG names.
`;

const COMMANDS: Readonly<Record<string, Command>> = {
  serve,
  sql: runSql,
  user: runUser,
  config: printConfig,
  version: async () => {
    process.stdout.write(`bergwire ${GATEWAY_VERSION}\n`);
    return 0;
  },
  help: async () => {
    process.stdout.write(USAGE);
    return 0;
  },
};

/** Runs the command that the arguments name, `serve` where they name none. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  const asked = first === '--help' || first === '-h' ? 'help' : first === '--version' ? 'version' : first;
  const named = asked !== undefined && !asked.startsWith('--');
  const command = named ? (Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined) : serve;
  if (command === undefined) {
    process.stderr.write(`bergwire: unknown command "${asked}"; expected one of ${Object.keys(COMMANDS).join(', ')}\n`);
    return 2;
  }
  try {
    return await command(named || asked !== first ? rest : args);
  } catch (error) {
    const refusal = listenRefusal(error);
    if (refusal !== undefined) {
      process.stderr.write(`bergwire: ${refusal}\n`);
      return 1;
    }
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) process.stderr.write(`bergwire: ${problem}\n`);
    return 2;
  }
}

/** Why the system did not let the server listen, in words that name the setting; undefined for other errors. */
function listenRefusal(error: unknown): string | undefined {
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (syscall !== 'listen') return undefined;
  const reason = code === 'EADDRINUSE' ? 'something else listens there' : String(code);
  return `cannot listen on ${address} port ${port}: ${reason}; set listen.port (--port) or listen.host to another`;
}
