import { SqlError } from '../base/sql-error.ts';
import type { Statement } from '../sql/sql.ts';
import type { ModifyTranslation, Translation } from '../translate/translate.ts';
import type { ObjectSet } from '../postgres/schema-object.ts';
import type { ConstantAnswers } from './constant-answers.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { Prepared, StatementContext } from './query.ts';
import type { RelationRead } from './relation-reads.ts';
import type { TransactionTables } from './transaction-tables.ts';
import type { FinishPlan } from './finish/finish-plan.ts';
import type { FillPlan } from './temporary/fill-plan.ts';
import { analysisKey, dependsOnTime, sameSettings } from './analysis-cache.ts';
import type { Analysed, AnalysisKey } from './analysis-cache.ts';
import type { SequenceCalls } from './sequence-calls.ts';
import { undefinedTable } from './errors.ts';
import { metadataName } from './metadata-name.ts';
import { mirrorRelations } from './mirror-relations.ts';
import type { MirroredStatement } from './mirror-relations.ts';
import { readAnalysis } from './read-analysis.ts';

/** How a statement is executed. */
export type Route =
  /** It touches no table of the catalog: the embedded Postgres answers. */
  | {
      readonly kind: 'postgres';
      readonly text: string;
      /** It calls routines that users made. */
      readonly callsRoutines?: boolean;
      readonly sequences?: SequenceCalls;
      /** Where nothing but the parameters decides on the answer: those that are known. */
      readonly answers?: ConstantAnswers;
    }
  | {
      readonly kind: 'select';
      readonly translation: Translation;
      /** The translation for numeric parameters of these scales, by number. */
      readonly translate: (numericScales: ReadonlyMap<number, number>) => Translation;
      /** How Postgres finishes what the engine turns out not to compute. */
      readonly finish: (reason: SqlError) => FinishPlan | undefined;
    }
  /** It has no translation: Postgres finishes it, over copies of the rows it reads. */
  | { readonly kind: 'finish'; readonly plan: FinishPlan }
  | {
      readonly kind: 'modify';
      readonly translation: ModifyTranslation;
      readonly translate: (numericScales: ReadonlyMap<number, number>) => ModifyTranslation;
      readonly finish: (reason: SqlError) => FinishPlan | undefined;
    }
  /** DDL and the like: interpreted when executed. */
  | { readonly kind: 'utility' }
  /** It takes rows of the catalog's tables into temporary ones. */
  | { readonly kind: 'fill'; readonly plan: FillPlan }
  /** It is about temporary objects only: the session's private instance runs it. */
  | { readonly kind: 'temporary' };

export type PreparedStatement = Prepared & {
  readonly route: Route;
  readonly reads: ReadonlyMap<number, RelationRead>;
  /** The statement by the mirror's names, where it was analysed. */
  readonly mirrored?: Statement;
  /** What it was analysed under. */
  readonly context: Pick<StatementContext, 'role' | 'settings'>;
  /** The views, sequences, types and routines that its names were looked up in. */
  readonly objects?: ObjectSet;
  /** The version of the session's temporary objects that its names were looked up in. */
  readonly temporaryVersion?: number;
};

/** Whether the embedded Postgres may answer a statement without user tables; CREATE TABLE AS needs the engine. */
export type PreparationMode = 'any' | 'engineOnly';

/** Times a statement is analysed again because another session changed the mirror under it. */
const MAX_ANALYSES = 5;

/** Parse and Describe: what the statement means, by the embedded Postgres, and how the engine will compute it. */
export async function prepareStatement(
  parts: DatabaseParts,
  statement: Statement,
  parameterOids: readonly number[],
  context: StatementContext,
  tables: TransactionTables,
  mode: PreparationMode = 'any',
): Promise<PreparedStatement> {
  for (let attempt = 1; ; attempt++) {
    const mirrored = await mirrorRelations(parts, statement, tables, context);
    const objects = tables.objects.current;
    const { changes } = parts.postgres.objects;
    const key = analysisKey(parts.postgres.version, mirrored.statement.text, parameterOids, context, mode);
    const analysed = await analyseOnce(parts, mirrored, parameterOids, context, mode, key).catch((error: unknown) => {
      // Another session's objects took the place of ours, or ours were made anew.
      if (attempt < MAX_ANALYSES && parts.postgres.objects.changes !== changes) return undefined;
      throw error;
    });
    const reads = analysed && (await readsOf(parts, analysed.relations, mirrored.reads, tables));
    if (analysed !== undefined && reads !== undefined) {
      const route = routeOf(analysed, mirrored.statement);
      return { ...preparedOf(statement, analysed, route, reads, context), objects, mirrored: mirrored.statement };
    }
    if (attempt === MAX_ANALYSES)
      throw new SqlError({
        sqlstate: '40001',
        message: 'could not serialize access due to concurrent schema changes',
        hint: 'The transaction might succeed if retried.',
      });
  }
}

/** A Postgres error with its position moved into the client's text. */
export function inClientText(error: unknown, toClient: (position: number) => number): unknown {
  if (!(error instanceof SqlError) || error.fields.position === undefined) return error;
  return error.with({ position: toClient(error.fields.position) });
}

/** `prepareStatement` without waiting, for a constant statement that was analysed before. */
export function preparedBefore(
  parts: DatabaseParts,
  statement: Statement,
  parameterOids: readonly number[],
  context: StatementContext,
): PreparedStatement | undefined {
  // Temporary objects may give names another meaning.
  if (context.temporary?.isInUse === true) return undefined;
  if (statement.kind !== 'select' || statement.relations.length > 0 || statement.timeTravel.length > 0)
    return undefined;
  const analysed = parts.analyses.find(
    analysisKey(parts.postgres.version, statement.text, parameterOids, context, 'any'),
  );
  if (analysed === undefined || analysed.relations.length > 0) return undefined;
  const prepared = preparedOf(statement, analysed, routeOf(analysed, statement), new Map(), context);
  return prepared.known === undefined ? undefined : prepared;
}

function preparedOf(
  statement: Statement,
  { parameterOids, fields, notices }: Analysed,
  route: Route,
  reads: PreparedStatement['reads'],
  context: StatementContext,
): PreparedStatement {
  const prepared = { statement, parameterOids, fields, notices, reads, route, context };
  const answers = route.kind === 'postgres' ? route.answers : undefined;
  if (answers === undefined) return prepared;
  return {
    ...prepared,
    known: (parameters, formats, now) =>
      sameSettings(context, now) && now.temporary?.isInUse !== true ? answers.find(parameters, formats) : undefined,
  };
}

function routeOf(analysed: Analysed, statement: Statement): Route {
  try {
    return analysed.route();
  } catch (error) {
    throw inClientText(error, statement.toClientPosition);
  }
}

async function analyseOnce(
  parts: DatabaseParts,
  mirrored: MirroredStatement,
  parameterOids: readonly number[],
  context: StatementContext,
  mode: PreparationMode,
  key: AnalysisKey,
): Promise<Analysed> {
  return parts.analyses.find(key) ?? (await analyse(parts, mirrored, parameterOids, context, mode, key));
}

/** What the embedded Postgres says of a statement, kept for the next time where that will be the same. */
async function analyse(
  parts: DatabaseParts,
  { statement }: MirroredStatement,
  parameterOids: readonly number[],
  context: StatementContext,
  mode: PreparationMode,
  key: AnalysisKey,
): Promise<Analysed> {
  const { text } = statement;
  const analysis = await parts.postgres
    .analyse({ role: context.role, settings: context.settings }, text, parameterOids)
    .catch((error: unknown) => {
      throw inClientText(error, statement.toClientPosition);
    });
  const analysed = readAnalysis(parts, analysis, text, context, mode);
  if (parts.postgres.version === key.version && !dependsOnTime(text, analysis.tree))
    parts.analyses.keep(key, analysed, analysis.tree);
  return analysed;
}

/**
 * What the relations mean that the statement turned out to read, those behind views too; undefined where the mirror
 * had them otherwise than the transaction sees them, and the statement has to be analysed again.
 */
async function readsOf(
  parts: DatabaseParts,
  relations: readonly number[],
  known: MirroredStatement['reads'],
  tables: TransactionTables,
): Promise<MirroredStatement['reads'] | undefined> {
  const { mirror } = parts.postgres;
  const reads = new Map(known);
  for (const oid of relations) {
    const relation = mirror.byOid(oid);
    if (relation === undefined) return undefined;
    if (reads.has(oid)) continue;
    const about = metadataName({ schema: relation.schemaName, name: relation.name, position: 1 });
    const { namespace } = relation;
    const loaded = await tables.load({ namespace, name: relation.name });
    const base =
      loaded === undefined && about !== undefined ? await tables.load({ namespace, name: about.base.name }) : undefined;
    if (loaded !== undefined) {
      if ((await mirror.ensureTable(loaded)).oid !== oid) return undefined;
      reads.set(oid, { kind: 'current', name: loaded.name });
    } else if (about !== undefined && base !== undefined) {
      reads.set(oid, { kind: 'metadata', name: base.name, table: about.kind });
    } else throw undefinedTable(relation.name);
  }
  return reads;
}
