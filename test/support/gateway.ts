import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayClient } from '../../src/cli/gateway-client.ts';
import { openHouse } from '../../src/config/house.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { openLog } from '../../src/ops/open-log.ts';

/** A gateway in this process, on a free port, over an empty warehouse of its own. */
export type Gateway = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** The working folder of its configuration; removed with the gateway unless it was given. */
  readonly folder: string;
  connect(database?: string): Promise<GatewayClient>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type GatewayOptions = {
  /** Further flags, e.g. `--limits.connections=2`. */
  readonly flags?: readonly string[];
  /** An existing working folder to open again. */
  readonly folder?: string;
};

export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'bergwire-gateway-')));
  const flags = [
    '--listen.port=0',
    '--demo=false',
    `--log.level=${process.env.TEST_LOG_LEVEL ?? 'error'}`,
    ...(options.flags ?? []),
  ];
  const { config } = loadConfig({ flags, environment: {}, folder });
  const house = await openHouse(config, openLog(config.log));
  const user = 'bergwire';
  const database = house.databases[0]!;
  return {
    host: house.host,
    port: house.port,
    user,
    database,
    folder,
    connect: (name = database) => GatewayClient.connect({ host: house.host, port: house.port, user, database: name }),
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
