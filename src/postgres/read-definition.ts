/**
 * What a CREATE TABLE or ALTER TABLE would define, by running it on the mirror in a transaction that is rolled back.
 */
import type { TableName } from '../catalog/catalog.ts';
import { declaredTypeMatters } from '../translate/iceberg-type-of.ts';
import { batchOpening } from './batch-opening.ts';
import { functionOfUser } from './errors.ts';
import { callsRoutinesQuery } from './rehearse.ts';
import { query, request, runStatement } from './request.ts';
import { notEnforcedCheck } from './errors.ts';
import { schemaNameOf } from './free-name.ts';
import type { AnalysisContext } from './postgres.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';
import { dataRowValues, type Answer } from './read-reply.ts';
import type { ColumnDefinition, TableDefinition } from './table-definition.ts';

const NO_PARAMETERS = { oids: [], formats: [], values: [] };

/** The request: `ddl` in order, then the description of `name`, nothing kept. */
export function definitionRequest(
  context: AnalysisContext,
  ddl: readonly string[],
  name: TableName,
  locked: boolean,
): Uint8Array {
  return request(
    query(batchOpening(context, 'define', locked)),
    ...ddl.map((statement) => runStatement(statement, NO_PARAMETERS, [])),
    // Names outside pg_catalog are then printed with their schema.
    query('SET LOCAL search_path = pg_catalog'),
    query(callsRoutinesQuery(schemaNameOf(name.namespace), name.name)),
    query(descriptionQuery(name)),
    query('ROLLBACK'),
  );
}

/** Raises the first error of the batch, as Postgres worded it. */
export function readDefinition(answers: readonly Answer[]): TableDefinition {
  for (const answer of answers) if (answer.error) throw answer.error;
  const calls = answers.at(-3)?.rows[0];
  if (calls && new TextDecoder().decode(dataRowValues(calls)[0] ?? undefined) === 't') throw functionOfUser();
  const row = answers.at(-2)?.rows[0];
  const text = row && dataRowValues(row)[0];
  if (text === undefined || text === null) throw new Error('the statement defines no table of that name');
  const printed = JSON.parse(new TextDecoder().decode(text)) as PrintedDefinition;
  if (printed.checks.some(({ isEnforced }) => !isEnforced)) throw notEnforcedCheck();
  return {
    columns: printed.columns.map(columnOf),
    checks: printed.checks.map(({ name, sql, isValid }) => ({ name, sql, ...(!isValid && { isNotValid: true }) })),
    ...(printed.primaryKey !== null && { primaryKey: printed.primaryKey }),
    notices: answers.flatMap(({ notices }) => notices),
  };
}

type PrintedDefinition = {
  readonly columns: readonly PrintedColumn[];
  readonly checks: readonly PrintedCheck[];
  readonly primaryKey: { readonly name: string; readonly columns: readonly string[] } | null;
};
type PrintedCheck = {
  readonly name: string;
  readonly sql: string;
  readonly isValid: boolean;
  readonly isEnforced: boolean;
};
type PrintedColumn = {
  readonly attnum: number;
  readonly name: string;
  readonly typeOid: number;
  readonly typmod: number;
  readonly type: string;
  readonly dimensions: number;
  readonly notNull: boolean;
  readonly defaultSql: string | null;
  readonly identity: '' | 'a' | 'd';
  readonly identityOptions: string | null;
  readonly generated: '' | 's' | 'v';
  readonly comment: string | null;
};

function columnOf(printed: PrintedColumn): ColumnDefinition {
  const { attnum, name, typeOid, typmod, notNull, defaultSql, identity, identityOptions, generated, dimensions } =
    printed;
  return {
    name,
    typeOid,
    typmod,
    notNull,
    attnum,
    ...(defaultSql !== null && { defaultSql }),
    ...(dimensions > 1 && { dimensions }),
    ...(declaredTypeMatters(printed) && { declaredType: printed.type + '[]'.repeat(Math.max(0, dimensions - 1)) }),
    ...(identity !== '' && {
      identity: `GENERATED ${identity === 'a' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY (${identityOptions})`,
    }),
    ...(generated !== '' && { isGenerated: true }),
    ...(printed.comment !== null && { comment: printed.comment }),
  };
}

/** Of the sequence behind an identity column. */
const IDENTITY_OPTIONS = `(SELECT format(
    'SEQUENCE NAME %I.%I START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s %s', qn.nspname, q.relname, s.seqstart,
    s.seqincrement, s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)
  FROM pg_depend qd JOIN pg_sequence s ON s.seqrelid = qd.objid JOIN pg_class q ON q.oid = qd.objid
  JOIN pg_namespace qn ON qn.oid = q.relnamespace
  WHERE qd.classid = 'pg_class'::regclass AND qd.deptype = 'i' AND qd.refobjid = a.attrelid AND qd.refobjsubid = a.attnum)`;

function descriptionQuery(name: TableName): string {
  const relation = `${quoteIdentifier(schemaNameOf(name.namespace))}.${quoteIdentifier(name.name)}`;
  return `
    SELECT json_build_object(
      'columns', coalesce((
        SELECT json_agg(json_build_object(
            'attnum', a.attnum, 'name', a.attname, 'typeOid', a.atttypid::int8, 'typmod', a.atttypmod, 'dimensions', a.attndims,
            'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
            'defaultSql', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity, 'identityOptions', ${IDENTITY_OPTIONS}, 'generated', a.attgenerated,
            'comment', col_description(a.attrelid, a.attnum))
          ORDER BY a.attnum)
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
      'checks', coalesce((
        SELECT json_agg(json_build_object('name', conname, 'sql', pg_get_expr(conbin, conrelid),
            'isValid', convalidated, 'isEnforced', conenforced) ORDER BY conname)
        FROM pg_constraint WHERE conrelid = r.oid AND contype = 'c'), '[]'),
      'primaryKey', (
        SELECT json_build_object('name', conname, 'columns', (
          SELECT json_agg(a.attname ORDER BY k.ordinality) FROM unnest(conkey) WITH ORDINALITY AS k(attnum, ordinality)
          JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.attnum))
        FROM pg_constraint WHERE conrelid = r.oid AND contype = 'p'))
    FROM (SELECT ${quoteLiteral(relation)}::regclass::oid AS oid) r`;
}
