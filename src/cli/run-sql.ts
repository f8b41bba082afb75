import { text } from 'node:stream/consumers';
import { DatabaseError } from 'pg-protocol';
import { openHouse } from '../config/house.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/config.ts';
import { openLog } from '../ops/open-log.ts';
import type { Command } from './cli.ts';
import { GatewayClient } from './gateway-client.ts';
import type { Address } from './gateway-client.ts';
import { printAnswers } from './print-answers.ts';

/** Runs statements on the configured server, or on a gateway of its own in this process where none listens. */
export const runSql: Command = async (args) => {
  const { flags, statement, user, database } = readArguments(args);
  const { config } = loadConfig({ flags, environment: process.env, folder: process.cwd() });
  const sql = statement ?? (await text(process.stdin));
  const password = process.env.PGPASSWORD;
  const { host, port } = config.listen;
  const address = { host, port, user, database, ...(password !== undefined && { password }) };
  try {
    const running = await connectToServer(address);
    return running ? await run(running, sql) : await runAtHome(config, address, sql);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    complain(error);
    return 1;
  }
};

/** A gateway of this process alone, on a port that nobody else knows. */
async function runAtHome(config: Config, address: Address, sql: string): Promise<number> {
  const own = {
    ...config,
    listen: { host: '127.0.0.1', port: 0 },
    auth: { method: 'trust', rules: {} } as const,
    log: { ...config.log, level: quiet(config) },
  };
  await using house = await openHouse(own, openLog(own.log));
  return await run(await GatewayClient.connect({ ...address, host: house.host, port: house.port }), sql);
}

type Arguments = {
  readonly flags: readonly string[];
  /** Undefined where stdin has it. */
  readonly statement: string | undefined;
  readonly user: string;
  readonly database: string;
};

/** Flags come first and take the next word as their value unless they hold it; the rest is the statement. */
function readArguments(args: readonly string[]): Arguments {
  const flags: string[] = [];
  const own = new Map([
    ['user', 'bergwire'],
    ['database', 'bergwire'],
  ]);
  let i = 0;
  for (; i < args.length && args[i]!.startsWith('--'); i++) {
    const [name, attached] = args[i]!.slice(2).split(/=(.*)/s) as [string, string?];
    const value = attached ?? args[++i] ?? '';
    if (own.has(name)) own.set(name, value);
    else flags.push(`--${name}=${value}`);
  }
  const statement = args.slice(i).join(' ');
  return {
    flags,
    statement: statement === '' || statement === '-' ? undefined : statement,
    user: own.get('user')!,
    database: own.get('database')!,
  };
}

async function connectToServer(address: Address): Promise<GatewayClient | undefined> {
  try {
    return await GatewayClient.connect(address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return undefined;
    throw error;
  }
}

async function run(connected: GatewayClient, sql: string): Promise<number> {
  await using client = connected;
  await printAnswers(client.run(sql), process.stdout, process.stderr);
  return 0;
}

function complain(error: DatabaseError): void {
  process.stderr.write(`${error.severity}:  ${error.message} (${error.code})\n`);
  if (error.detail) process.stderr.write(`DETAIL:  ${error.detail}\n`);
  if (error.hint) process.stderr.write(`HINT:  ${error.hint}\n`);
}

function quiet(config: Config): Config['log']['level'] {
  return config.log.level === 'info' ? 'warn' : config.log.level;
}
