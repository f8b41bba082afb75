import { SqlError } from '../base/sql-error.ts';
import type { Analysis } from '../postgres/postgres.ts';
import type { Statement } from '../sql/sql.ts';
import type { ModifyTranslation, Translation } from '../translate/translate.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { Prepared, StatementContext } from './query.ts';
import type { RelationRead } from './relation-reads.ts';
import type { TransactionTables } from './transaction-tables.ts';
import { undefinedTable } from './errors.ts';
import { mirrorRelations } from './mirror-relations.ts';
import type { MirroredStatement } from './mirror-relations.ts';
import { readAnalysis } from './read-analysis.ts';

/** How a statement is executed. */
export type Route =
  /** It touches no table of the catalog: the embedded Postgres answers. */
  | { readonly kind: 'postgres'; readonly text: string }
  | {
      readonly kind: 'select';
      readonly translation: Translation;
      /** The translation for numeric parameters of these scales, by number. */
      readonly translate: (numericScales: ReadonlyMap<number, number>) => Translation;
    }
  | {
      readonly kind: 'modify';
      readonly translation: ModifyTranslation;
      readonly translate: (numericScales: ReadonlyMap<number, number>) => ModifyTranslation;
    }
  /** DDL and the like: interpreted when executed. */
  | { readonly kind: 'utility' };

export type PreparedStatement = Prepared & {
  readonly route: Route;
  readonly reads: ReadonlyMap<number, RelationRead>;
  /** What it was analysed under. */
  readonly context: Pick<StatementContext, 'role' | 'settings'>;
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
    const toClient = mirrored.statement.toClientPosition;
    const analysis = await parts.postgres
      .analyse({ role: context.role, settings: context.settings }, mirrored.statement.text, parameterOids)
      .catch((error: unknown) => {
        throw inClientText(error, toClient);
      });
    const route = await routeOf(parts, mirrored, analysis, context, tables, mode);
    if (route !== 'mirrorMoved') {
      const { fields, notices } = analysis;
      return {
        statement,
        parameterOids: analysis.parameterOids,
        fields,
        notices,
        reads: mirrored.reads,
        route,
        context,
      };
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

async function routeOf(
  parts: DatabaseParts,
  mirrored: MirroredStatement,
  analysis: Analysis,
  context: StatementContext,
  tables: TransactionTables,
  mode: PreparationMode,
): Promise<Route | 'mirrorMoved'> {
  const { statement, reads } = mirrored;
  const analysed = readAnalysis(parts, analysis, statement.text, context);
  for (const oid of analysed.relations) {
    const relation = parts.postgres.mirror.byOid(oid);
    if (relation === undefined) return 'mirrorMoved';
    if (reads.has(oid)) continue;
    if ((await tables.load({ namespace: relation.namespace, name: relation.name })) === undefined)
      throw undefinedTable(relation.name);
    return 'mirrorMoved';
  }
  if (analysed.relations.length === 0 && mode === 'any') return { kind: 'postgres', text: statement.text };
  try {
    return analysed.route();
  } catch (error) {
    throw inClientText(error, statement.toClientPosition);
  }
}
