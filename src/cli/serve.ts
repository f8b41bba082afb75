import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { openHouse } from '../config/house.ts';
import { loadConfig } from '../config/load-config.ts';
import type { House } from '../config/house.ts';
import { openLog } from '../ops/open-log.ts';
import type { Log } from '../ops/open-log.ts';
import type { Command } from './cli.ts';
import { ensureDemo } from './demo.ts';
import { GatewayClient } from './gateway-client.ts';
import { welcome } from './welcome.ts';

/** Below this many threads a short query waits for long ones: each running DuckDB query holds one. */
const THREAD_POOL_MIN = 32;
const ROLE = 'bergwire';

/** Serves clients until SIGTERM or SIGINT; a second signal ends the process at once. */
export const serve: Command = async (flags) => {
  const { config, sources } = loadConfig({ flags, environment: process.env, folder: process.cwd() });
  if (!(Number(process.env.UV_THREADPOOL_SIZE) >= THREAD_POOL_MIN)) {
    process.stderr.write(
      `bergwire: UV_THREADPOOL_SIZE must be at least ${THREAD_POOL_MIN} in the environment before Node starts; ` +
        '"npm start" and the command bergwire set it\n',
    );
    return 2;
  }
  // Buffers that pass through would have V8 mark all its heap for each 64 MB of them.
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  const log = openLog(config.log);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stop.abort();
      process.once(signal, () => process.exit(1));
    });
  }
  await using house = await openHouse(config, log);
  // The demo is for a first look; where logins are checked, nobody is let in to make it.
  const open = config.auth.method === 'trust' && Object.keys(config.auth.rules).length === 0;
  const withDemo =
    open && config.demo && (sources.get('catalogs.bergwire.uri') === 'default' || sources.get('demo') !== 'default');
  await greet(house, { ...config, demo: withDemo && house.writable('bergwire'), open }, log, stop.signal);
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
  log.info('stopping');
  await house.stop(config.limits.shutdownGraceMs);
  return 0;
};

/** Creates the demo where there is none and prints how to connect. A demo that fails is no reason not to serve. */
async function greet(
  house: House,
  { folder, demo: withDemo, open }: { readonly folder: string; readonly demo: boolean; readonly open: boolean },
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let demo = false;
  try {
    if (withDemo && !signal.aborted) demo = await ensureDemo(folder, () => connectTo(house), signal);
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, 'the demo could not be created; the next start tries again');
  }
  if (signal.aborted) return;
  process.stdout.write(await welcome(house, open, demo ? () => connectTo(house) : undefined));
}

function connectTo(house: House): Promise<GatewayClient> {
  return GatewayClient.connect({ host: house.host, port: house.port, user: ROLE, database: 'bergwire' });
}
