/** Opens the embedded Postgres of one database. */
import type { TableName } from '../catalog/catalog.ts';
import { SqlError } from '../base/sql-error.ts';
import { decodeBinary } from '../pgtype/decode-binary.ts';
import type { PgValue } from '../pgtype/pgtype.ts';
import { batchOpening, type BatchKind } from './batch-opening.ts';
import { changing, type Changes } from './changing.ts';
import type { DataDirectoryOptions } from './data-directory.ts';
import { clientAnswer } from './client-answer.ts';
import { DefinitionLog } from './definition-log.ts';
import { definitionRequest, readDefinition } from './read-definition.ts';
import { finishOnLane } from './finish-on-lane.ts';
import { tableInExpression } from './errors.ts';
import { inventoryRequest, readInventory, type ObjectDefinition } from './inventory-request.ts';
import { ObjectMirror } from './object-mirror.ts';
import { bindOnly, describeStatement, query, request, runStatement, type Parameters } from './request.ts';
import { oldPsqlColumns } from './old-psql-columns.ts';
import { PostgresLane, type Send } from './postgres-lane.ts';
import type {
  Analysis,
  AnalysisContext,
  EmbeddedPostgres,
  FinishedResult,
  PostgresResult,
  StatementWithRows,
} from './postgres.ts';
import { dataRowValues, type Answer } from './read-reply.ts';
import { RelationMirror } from './relation-mirror.ts';
import { ReplicaPool, type ReplicaPoolOptions } from './replica-pool.ts';
import { withoutPlace } from './without-place.ts';
import { postgresResult } from './postgres-result.ts';
import type { TableDefinition } from './table-definition.ts';

export type OpenPostgresOptions = {
  /** Name of the database, as current_database() says it. */
  readonly database: string;
  /** The first role: owns the database and everything mirrored; not a superuser. */
  readonly role: string;
  /** Folder for data directories; a few hundred MB at most, all of it a cache. */
  readonly folder: string;
  /** Longest time one request may take; default 30 s. */
  readonly requestTimeoutMs?: number;
  /** Memory after which the instance is replaced between requests; it starts with 190 MB. Default 768 MiB. */
  readonly memoryLimitBytes?: number;
  /** Where statements are executed; see ReplicaPoolOptions. */
  readonly lanes?: Partial<LaneLimits>;
};

export type LaneLimits = Omit<ReplicaPoolOptions, keyof DataDirectoryOptions>;

export const DEFAULT_LANE_LIMITS: LaneLimits = {
  lanes: 4,
  memoryBytes: 512 * 1024 * 1024,
  resultBytes: 256 * 1024 * 1024,
  temporaryBytes: 1024 ** 3,
  holdMs: 2000,
  idleMs: 60_000,
};

export const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;
export const DEFAULT_MEMORY_LIMIT_BYTES = 768 * 1024 * 1024;
/** The first oid that is not PostgreSQL's own (FirstNormalObjectId). */
const FIRST_USER_OID = 16384;

export async function openPostgres(options: OpenPostgresOptions): Promise<OpenedPostgres> {
  return await OpenedPostgres.open(options);
}

export class OpenedPostgres implements EmbeddedPostgres {
  readonly mirror: RelationMirror;
  readonly objects: ObjectMirror;
  readonly #lane: PostgresLane;
  readonly #replicas: ReplicaPool;
  readonly #log: DefinitionLog;
  /** Definitions to repeat in a fresh instance, in order. */
  readonly #defined: string[] = [];
  readonly #changes: Changes;
  #serverVersion = '';
  immutableFunctions: ReadonlySet<number> = new Set();

  private constructor(
    lane: PostgresLane,
    replicas: ReplicaPool,
    log: DefinitionLog,
    { mirror, objects }: { readonly mirror: RelationMirror; readonly objects: ObjectMirror },
    defined: string[],
    changes: Changes,
  ) {
    this.#lane = lane;
    this.#replicas = replicas;
    this.#log = log;
    this.mirror = mirror;
    this.objects = objects;
    this.#defined = defined;
    this.#changes = changes;
  }

  static async open({
    requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS,
    memoryLimitBytes = DEFAULT_MEMORY_LIMIT_BYTES,
    lanes,
    ...options
  }: OpenPostgresOptions): Promise<OpenedPostgres> {
    const defined: string[] = [];
    const changes: Changes = { count: 0 };
    const log = new DefinitionLog();
    const send: Send = (messages) => changing(changes, () => log.define((all) => lane.run(all, true), messages));
    const objects = new ObjectMirror(send);
    const mirror = new RelationMirror(send, options.role, objects);
    const lane: PostgresLane = await PostgresLane.open({ ...options, requestTimeoutMs, memoryLimitBytes }, (past) =>
      changing(changes, async () => {
        log.reset();
        objects.reset();
        const again: Send = (messages) => log.define(past, messages);
        await define(again, defined);
        await mirror.replay(again);
      }),
    );
    const replicas = new ReplicaPool({ ...options, ...DEFAULT_LANE_LIMITS, ...lanes }, log);
    const opened = new OpenedPostgres(lane, replicas, log, { mirror, objects }, defined, changes);
    const [version] = await lane.run(() => request(query('SHOW server_version')), true);
    opened.#serverVersion = textOf(version?.rows[0]) ?? '';
    const [immutable] = await lane.run(() => request(query(IMMUTABLE_FUNCTIONS)), true);
    opened.immutableFunctions = new Set((textOf(immutable?.rows[0]) ?? '').split(',').map(Number));
    return opened;
  }

  get serverVersion(): string {
    return this.#serverVersion;
  }

  get version(): number {
    return this.#changes.count;
  }

  /** How often the worker was opened again after a crash or a timeout. */
  get reopened(): number {
    return this.#lane.reopened;
  }

  /** Opens the first lane before a statement needs it. */
  warm(): void {
    this.#replicas.warm();
  }

  async analyse(context: AnalysisContext, text: string, parameterOids: readonly number[]): Promise<Analysis> {
    const answers = await this.#lane.run(
      () =>
        request(
          query(batchOpening(context, 'analyse')),
          describeStatement(oldPsqlColumns(text), parameterOids),
          query('COMMIT'),
        ),
      true,
    );
    const answer = await clientAnswer(answers, () => this.#lane.crash());
    const { parameterOids: oids, fields, notices, tree = '' } = answer;
    return { tree: isUtility(tree) ? '' : tree, parameterOids: oids, fields, notices };
  }

  async execute(
    context: AnalysisContext,
    text: string,
    parameters: Parameters,
    resultFormats: readonly (0 | 1)[],
    signal?: AbortSignal,
  ): Promise<PostgresResult> {
    const client = (): Buffer => runStatement(oldPsqlColumns(text), parameters, resultFormats);
    return postgresResult(await this.#onLane(context, 'read', client, signal));
  }

  async finish(context: AnalysisContext, statement: StatementWithRows, signal?: AbortSignal): Promise<FinishedResult> {
    return await finishOnLane(this.#replicas, context, statement, signal);
  }

  async checkParameters(context: AnalysisContext, parameters: Parameters, signal?: AbortSignal): Promise<void> {
    await this.#onLane(context, 'read', () => bindOnly(parameters), signal);
  }

  async evaluate(
    context: AnalysisContext,
    expressions: readonly { readonly sql: string; readonly typeOid: number }[],
    parameters: Parameters,
    signal?: AbortSignal,
  ): Promise<readonly PgValue[]> {
    if (expressions.length === 0) return [];
    // A line break ends a comment at the end of an expression.
    const text = `SELECT ${expressions.map(({ sql }) => `(${sql}\n)`).join(', ')}`;
    const client = (): Buffer => runStatement(text, parameters, [1]);
    const {
      fields,
      rows,
      error,
      tree = '',
    } = await this.#onLane(context, 'analyse', client, signal).catch((failure: unknown) => {
      throw withoutPlace(failure);
    });
    if (error) throw withoutPlace(error);
    for (const [, oid] of tree.matchAll(/:relid\s+(\d+)/g))
      if (Number(oid) >= FIRST_USER_OID) throw tableInExpression();
    const values = rows.length === 1 ? dataRowValues(rows[0]!) : [];
    return expressions.map(({ sql, typeOid }, index) => {
      const oid = fields?.[index]?.typeOid;
      if (values.length !== expressions.length || oid !== typeOid) {
        throw new Error(`expression ${index + 1} (${sql}) has type ${oid}, expected ${typeOid}`);
      }
      const value = values[index];
      return value === null || value === undefined ? null : decodeBinary(oid, value);
    });
  }

  async define(statements: readonly string[]): Promise<void> {
    await changing(this.#changes, () =>
      define((messages) => this.#log.define((all) => this.#lane.run(all, false), messages), statements),
    );
    this.#defined.push(...statements);
  }

  async validate(context: AnalysisContext, statements: readonly string[]): Promise<void> {
    const none = { oids: [], formats: [], values: [] };
    const answers = await this.#lane.run(
      () =>
        request(
          query(batchOpening(context, 'define')),
          ...statements.map((statement) => runStatement(statement, none, [])),
          query('ROLLBACK'),
        ),
      true,
    );
    for (const { error } of answers) if (error) throw error;
  }

  async describeDefinition(context: AnalysisContext, createTable: string, name: TableName): Promise<TableDefinition> {
    return readDefinition(await this.#lane.run(() => definitionRequest(context, [createTable], name), true));
  }

  async describeAlteration(context: AnalysisContext, alterTable: string, name: TableName): Promise<TableDefinition> {
    return readDefinition(await this.#lane.run(() => definitionRequest(context, [alterTable], name), true));
  }

  async describeObjects(context: AnalysisContext, statement: string): Promise<ObjectDefinition> {
    return readInventory(await this.#lane.run(() => inventoryRequest(context, statement), true));
  }

  /** Ends the worker as a crash would; the next request opens another. */
  async crash(): Promise<void> {
    await this.#lane.crash();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#replicas[Symbol.asyncDispose]();
    await this.#lane[Symbol.asyncDispose]();
  }

  /** The client's part of a batch on a lane of its own; once more where the worker crashed under it. */
  async #onLane(
    context: AnalysisContext,
    kind: BatchKind,
    client: () => Buffer,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const batch = {
      opening: batchOpening(context, kind),
      openedAt: context.startedAt,
      request: () => request(client(), query('COMMIT')),
      signal,
    };
    for (let attempt = 1; ; attempt++) {
      const replica = await this.#replicas.acquire(signal);
      try {
        return await clientAnswer(await replica.run(batch), () => replica.end());
      } catch (error) {
        const crashed = error instanceof SqlError && error.sqlstate === '57P02';
        if (!crashed || attempt > 1) throw error;
      } finally {
        this.#replicas.release(replica);
      }
    }
  }
}

const IMMUTABLE_FUNCTIONS = `SELECT string_agg(oid::text, ',') FROM pg_catalog.pg_proc
  WHERE provolatile = 'i' AND oid < ${FIRST_USER_OID}`;

/** As superuser, all or nothing. */
async function define(send: Send, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  const answers = await send(() => request(query(['BEGIN', ...statements].join(';\n')), query('COMMIT')));
  for (const { error } of answers) if (error) throw error;
}

/** commandType CMD_UTILITY (nodes.h). */
function isUtility(tree: string): boolean {
  return /^\(\{QUERY\s+:commandType\s+6\b/.test(tree);
}

function textOf(row: Uint8Array | undefined): string | undefined {
  const value = row && dataRowValues(row)[0];
  return value ? new TextDecoder().decode(value) : undefined;
}
