/** Opens the embedded Postgres of one database. */
import type { TableName } from '../catalog/catalog.ts';
import { decodeBinary } from '../pgtype/decode-binary.ts';
import type { PgValue } from '../pgtype/pgtype.ts';
import { batchOpening } from './batch-opening.ts';
import { changing, type Changes } from './changing.ts';
import { clientAnswer } from './client-answer.ts';
import { DefinitionLog } from './definition-log.ts';
import { definitionRequest, readDefinition } from './read-definition.ts';
import { finishOnLane } from './finish-on-lane.ts';
import { tableInExpression } from './errors.ts';
import { inventoryRequest, readInventory, type ObjectDefinition } from './inventory-request.ts';
import { ObjectMirror } from './object-mirror.ts';
import { bindOnly, describeStatement, query, request, runStatement, type Parameters } from './request.ts';
import { oldPsqlColumns } from './old-psql-columns.ts';
import { DEFAULT_LANE_LIMITS, type LaneLimits } from './lane-limits.ts';
import { LaneExecutor } from './lane-executor.ts';
import { readSequences, type SequenceFacts } from './sequence-facts.ts';
import type { SequencePriming, SequenceResult } from './sequence-answer.ts';
import { PostgresLane, type Send } from './postgres-lane.ts';
import type {
  Analysis,
  AnalysisContext,
  EmbeddedPostgres,
  FinishedResult,
  PostgresResult,
  StatementWithRows,
} from './postgres.ts';
import { dataRowValues } from './read-reply.ts';
import { FIRST_USER_OID } from './private/private-oid-gap.ts';
import { readFacts, type InstanceFacts } from './instance-facts.ts';
import { RelationMirror } from './relation-mirror.ts';
import { ReplicaPool } from './replica-pool.ts';
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

export const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;
export const DEFAULT_MEMORY_LIMIT_BYTES = 768 * 1024 * 1024;
/** commandType CMD_UTILITY. */
const UTILITY_TREE = /^\(\{QUERY\s+:commandType\s+6\b/;

export async function openPostgres(options: OpenPostgresOptions): Promise<OpenedPostgres> {
  return await OpenedPostgres.open(options);
}

export class OpenedPostgres implements EmbeddedPostgres {
  readonly mirror: RelationMirror;
  readonly objects: ObjectMirror;
  readonly #lane: PostgresLane;
  readonly #replicas: ReplicaPool;
  readonly #executor: LaneExecutor;
  #sequences: { readonly version: number; readonly facts: readonly SequenceFacts[] } | undefined;
  readonly #log: DefinitionLog;
  /** Definitions to repeat in a fresh instance, in order. */
  readonly #defined: string[] = [];
  readonly #changes: Changes;
  #facts: InstanceFacts = { serverVersion: '', immutableFunctions: new Set(), lastFunction: 0 };

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
    this.#executor = new LaneExecutor(replicas);
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
        const again: Send = (messages) => log.define(past, messages);
        await define(again, defined);
        await objects.replay(again);
        await mirror.replay(again);
      }),
    );
    const replicas = new ReplicaPool({ ...options, ...DEFAULT_LANE_LIMITS, ...lanes }, log);
    const opened = new OpenedPostgres(lane, replicas, log, { mirror, objects }, defined, changes);
    opened.#facts = await readFacts((messages) => lane.run(messages, true));
    return opened;
  }

  get serverVersion(): string {
    return this.#facts.serverVersion;
  }

  get immutableFunctions(): ReadonlySet<number> {
    return this.#facts.immutableFunctions;
  }

  isRoutine(oid: number): boolean {
    return oid > this.#facts.lastFunction;
  }

  get version(): number {
    return this.#changes.count;
  }

  /** How often the worker was opened again. */
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
    return { tree: UTILITY_TREE.test(tree) ? '' : tree, parameterOids: oids, fields, notices };
  }

  async execute(
    context: AnalysisContext,
    text: string,
    parameters: Parameters,
    resultFormats: readonly (0 | 1)[],
    signal?: AbortSignal,
    callsRoutines = false,
  ): Promise<PostgresResult> {
    const client = (): Buffer => runStatement(oldPsqlColumns(text), parameters, resultFormats);
    return postgresResult(await this.#executor.run(context, 'read', client, signal, callsRoutines));
  }

  async finish(context: AnalysisContext, statement: StatementWithRows, signal?: AbortSignal): Promise<FinishedResult> {
    return await finishOnLane(this.#replicas, context, statement, this.objects.hasRoutines, signal);
  }

  async checkParameters(context: AnalysisContext, parameters: Parameters, signal?: AbortSignal): Promise<void> {
    await this.#executor.run(context, 'read', () => bindOnly(parameters), signal, false);
  }

  async callSequences(
    context: AnalysisContext,
    text: string,
    parameters: Parameters,
    resultFormats: readonly (0 | 1)[],
    priming: SequencePriming,
    signal?: AbortSignal,
  ): Promise<SequenceResult> {
    const client = (): Buffer => runStatement(oldPsqlColumns(text), parameters, resultFormats);
    const { answer, error, outcomes } = await this.#executor.runWithSequences(context, client, priming, signal);
    return { result: answer && postgresResult(answer), error, outcomes };
  }

  async sequences(): Promise<readonly SequenceFacts[]> {
    const version = this.#changes.count;
    if (this.#sequences?.version !== version)
      this.#sequences = { version, facts: await readSequences((messages) => this.#lane.run(messages, true)) };
    return this.#sequences.facts;
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
    } = await this.#executor
      .run(context, 'analyse', client, signal, this.objects.hasRoutines)
      .catch((failure: unknown) => {
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
          query(batchOpening(context, 'define', this.objects.hasRoutines)),
          ...statements.map((statement) => runStatement(statement, none, [])),
          query('ROLLBACK'),
        ),
      true,
    );
    for (const { error } of answers) if (error) throw error;
  }

  async describeDefinition(context: AnalysisContext, createTable: string, name: TableName): Promise<TableDefinition> {
    return readDefinition(
      await this.#lane.run(() => definitionRequest(context, [createTable], name, this.objects.hasRoutines), true),
    );
  }

  async describeAlteration(context: AnalysisContext, alterTable: string, name: TableName): Promise<TableDefinition> {
    return readDefinition(
      await this.#lane.run(() => definitionRequest(context, [alterTable], name, this.objects.hasRoutines), true),
    );
  }

  async describeObjects(context: AnalysisContext, statement: string): Promise<ObjectDefinition> {
    return readInventory(
      await this.#lane.run(() => inventoryRequest(context, statement, this.objects.hasRoutines), true),
    );
  }

  /** Ends the worker as a crash would; the next request opens another. */
  async crash(): Promise<void> {
    await this.#lane.crash();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#replicas[Symbol.asyncDispose]();
    await this.#lane[Symbol.asyncDispose]();
  }
}

/** As superuser, all or nothing. */
async function define(send: Send, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  const answers = await send(() => request(query(['BEGIN', ...statements].join(';\n')), query('COMMIT')));
  for (const { error } of answers) if (error) throw error;
}
