import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqlCatalog } from '../catalog/sql-catalog.ts';
import { openEngine } from '../engine/open-engine.ts';
import { manifestCache } from '../iceberg/manifest-cache.ts';
import { logConnection } from '../ops/log-connection.ts';
import { logStatement } from '../ops/log-statement.ts';
import type { Log } from '../ops/open-log.ts';
import type { EngineOptions } from '../engine/open-engine.ts';
import { openPostgres } from '../postgres/open-postgres.ts';
import { PrivatePool } from '../postgres/private/private-pool.ts';
import { AnalysisCache } from '../query/analysis-cache.ts';
import type { DatabaseParts } from '../query/database-parts.ts';
import { openDatabase } from '../query/open-database.ts';
import { SessionHost } from '../session/session-host.ts';
import { loadGrammar } from '../sql/grammar.ts';
import { openStore } from '../storage/open-store.ts';
import type { S3Options } from '../storage/s3-store.ts';
import type { Store } from '../storage/storage.ts';
import { SequenceRegistry } from '../governance/sequence-registry.ts';
import { ObjectRegistry } from '../governance/object-registry.ts';
import type { RoleRegistry } from '../governance/role-registry.ts';
import { FIRST_ROLE, openRoles } from './open-roles.ts';
import { authenticateByRules } from '../wire/login/authenticate-by-rules.ts';
import { serverCertificate } from '../wire/login/server-certificate.ts';
import { accessRules } from './access-rules.ts';
import { WireServer } from '../wire/wire-server.ts';
import type { ServerOptions } from '../wire/wire.ts';
import type { Config } from './config.ts';

/** A gateway that listens. */
export type House = {
  readonly host: string;
  readonly port: number;
  /** The databases, by name. */
  readonly databases: readonly string[];
  writable(database: string): boolean;
  /** No new sessions; running statements get the grace period, then 57P01. Nothing listens afterwards. */
  stop(graceMs: number): Promise<void>;
  /** Stops at once and closes everything. */
  [Symbol.asyncDispose](): Promise<void>;
};

const MANIFEST_CACHE_BYTES = 256 * 2 ** 20;

/** Opens every part, lowest room first, and listens. Where one part fails, those that are open are closed again. */
export async function openHouse(config: Config, log: Log): Promise<House> {
  await using opened = new AsyncDisposableStack();
  await mkdir(config.folder, { recursive: true });
  const store = openStore({ locations: config.storage.locations, s3: s3Options(config) });
  const engine = opened.use(await openEngine(engineOptions(config, store, log)));
  const roles = opened.use(await openRoles(config));
  const shared = {
    engine,
    store,
    manifests: manifestCache(store, MANIFEST_CACHE_BYTES),
    grammar: await loadGrammar(),
    roles,
    objects: await ObjectRegistry.open(roles.journal),
    sequences: await SequenceRegistry.open(roles.journal),
  };
  const names = Object.keys(config.catalogs);
  const databases = new Map<string, SessionHost>();
  for (const name of names) databases.set(name, await openHost(name, config, log, shared, opened));
  const server = opened.use(await WireServer.listen(serverOptions(config, log, databases, shared.roles)));
  const parts = opened.move();
  return {
    host: server.host,
    port: server.port,
    databases: names,
    writable: (database) => config.catalogs[database]?.readOnly === false,
    stop: (graceMs) => server.stop(graceMs),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

type Shared = Pick<DatabaseParts, 'engine' | 'store' | 'manifests' | 'grammar' | 'roles' | 'objects' | 'sequences'>;

/** One database: its catalog, its embedded Postgres, and what its sessions share. */
async function openHost(
  name: string,
  config: Config,
  log: Log,
  shared: Shared,
  opened: AsyncDisposableStack,
): Promise<SessionHost> {
  const { uri, warehouse, readOnly, catalogName } = config.catalogs[name]!;
  const catalog = opened.use(
    openSqlCatalog({
      name,
      uri,
      store: shared.store,
      readOnly,
      ...(warehouse !== undefined && { warehouse }),
      ...(catalogName !== undefined && { catalogName }),
    }),
  );
  const postgres = opened.use(
    await openPostgres({
      database: name,
      role: FIRST_ROLE,
      folder: join(config.folder, 'postgres'),
      requestTimeoutMs: config.limits.analysisTimeoutMs,
      lanes: {
        lanes: config.limits.lanes,
        memoryBytes: config.limits.laneMemoryBytes,
        resultBytes: config.limits.laneResultBytes,
        temporaryBytes: config.limits.laneTempDiskBytes,
        holdMs: config.limits.laneHoldMs,
        idleMs: config.limits.laneIdleMs,
      },
    }),
  );
  postgres.warm();
  const { limits } = config;
  const analyses = new AnalysisCache({
    analysisBytes: limits.analysisCacheBytes,
    answerBytes: limits.answerCacheBytes,
  });
  await shared.roles.attach(postgres);
  const privatePostgres = opened.use(privatePool(name, config));
  const { temporaryImportBytes } = limits;
  const parts = { name, catalog, postgres, privatePostgres, temporaryImportBytes, analyses, limits, ...shared };
  const database = opened.use(openDatabase(parts, limits));
  return new SessionHost({
    database,
    grammar: shared.grammar,
    owner: FIRST_ROLE,
    limits: { ...limits, nesting: { nestingLimit: limits.nesting, chainLimit: limits.operatorChain } },
    notifyCommits: config.notifyCommits,
    serverSettings: serverSettings(config),
    onStatement: (event) => logStatement(log, config.log, event),
    onCleanupError: (error) => log.warn({ err: error }, 'what a failed statement left could not be undone'),
  });
}

/** What SHOW and pg_settings say of the server itself. */
function serverSettings({ listen, limits, tls }: Config): ReadonlyMap<string, string> {
  return new Map([
    ['listen_addresses', listen.host],
    ['port', String(listen.port)],
    ['max_connections', String(limits.connections)],
    ['ssl', tls.certFile === undefined ? 'off' : 'on'],
  ]);
}

/** Where the temporary objects of one database's sessions live. */
function privatePool(database: string, { folder, limits }: Config): PrivatePool {
  return new PrivatePool({
    database,
    role: FIRST_ROLE,
    folder: join(folder, 'postgres'),
    sessions: limits.temporarySessions,
    idle: limits.temporaryIdle,
    memoryLimitBytes: limits.temporaryMemoryBytes,
    cancelGraceMs: limits.temporaryCancelGraceMs,
  });
}

function serverOptions(
  config: Config,
  log: Log,
  databases: ReadonlyMap<string, SessionHost>,
  roles: RoleRegistry,
): ServerOptions {
  const { certFile, keyFile, caFile } = config.tls;
  return {
    ...config.listen,
    databases,
    authentication: authenticateByRules({
      rules: accessRules(config),
      credential: (role) => roles.credential(role),
      failureDelayMs: config.limits.failedLoginDelayMs,
    }),
    limits: config.limits,
    ...(certFile !== undefined &&
      keyFile !== undefined && {
        tls: serverCertificate({ certFile, keyFile, ...(caFile !== undefined && { caFile }) }, (error) =>
          log.error({ err: error }, 'the changed certificate cannot be used; the old one stays in force'),
        ),
      }),
    onConnection: (event) => logConnection(log, event),
  };
}

/** Only what was configured: the rest is left to the client's own defaults. */
function s3Options({ storage: { s3 } }: Config): S3Options {
  const { endpoint, region, pathStyle, accessKeyId, secretAccessKey, sessionToken } = s3;
  return {
    region,
    pathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(accessKeyId !== undefined && { accessKeyId }),
    ...(secretAccessKey !== undefined && { secretAccessKey }),
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

/** SQL reaches the warehouses and the places of the location map, nothing else of this machine. */
function engineOptions(config: Config, store: Store, log: Log): EngineOptions {
  const places = [
    ...Object.values(config.catalogs).flatMap(({ warehouse }) => warehouse ?? []),
    ...Object.values(config.storage.locations),
  ];
  return {
    store,
    threads: config.limits.engineThreads,
    memoryBytes: config.limits.engineMemoryBytes,
    temporaryFolder: join(config.folder, 'temporary'),
    temporaryBytes: config.limits.tempDiskBytes,
    copiesBytes: config.limits.remoteCopiesBytes,
    folders: places.flatMap((place) => store.localPath(place) ?? []),
    onForeignError: (original) => log.debug({ original }, 'DuckDB refused a statement'),
  };
}
