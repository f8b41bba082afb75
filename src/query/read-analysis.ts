import type { Analysis } from '../postgres/postgres.ts';
import { SqlError } from '../base/sql-error.ts';
import { OID } from '../pgtype/oid.ts';
import { isConstant } from '../tree/is-constant.ts';
import { relationOids } from '../tree/relation-oids.ts';
import { treeNodes } from '../tree/tree-nodes.ts';
import { readTree } from '../tree/read-tree.ts';
import type { Query } from '../tree/tree.ts';
import { translateModify, translateWritingQuery } from '../translate/translate-modify.ts';
import { translateQuery } from '../translate/translate-query.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { ModifyTranslation, Translation } from '../translate/translate.ts';
import type { TextSettings } from '../pgtype/pgtype.ts';
import type { Analysed } from './analysis-cache.ts';
import { constantAnswers } from './constant-answers.ts';
import { finishPlan } from './finish/finish-plan.ts';
import type { FinishPlan } from './finish/finish-plan.ts';
import type { StatementContext } from './query.ts';
import { sequenceCalls } from './sequence-calls.ts';
import type { PreparationMode, Route } from './prepare-statement.ts';

/** Reads the analysed tree, and translates it on demand, once. */
export function readAnalysis(
  parts: DatabaseParts,
  analysis: Analysis,
  text: string,
  context: StatementContext,
  mode: PreparationMode,
): Analysed {
  const { fields, parameterOids, notices } = analysis;
  const query = readTree(analysis.tree);
  const relations = [...relationOids(query)].filter((oid) => parts.postgres.mirror.byOid(oid) !== undefined);
  let known: Route | undefined;
  const route = (): Route =>
    (known ??=
      relations.length === 0 && mode === 'any'
        ? postgresRoute(parts, query, parameterOids, text)
        : engineRoute(parts, query, { fields, text, customText: !isDefaultText(context.text) }));
  return { parameterOids, fields, notices, relations, route };
}

function postgresRoute(parts: DatabaseParts, query: Query, parameterOids: readonly number[], text: string): Route {
  const { immutableFunctions } = parts.postgres;
  const isImmutable = (oid: number): boolean => immutableFunctions.has(oid);
  const constant =
    parameterOids.every((oid) => PLAIN_PARAMETERS.has(oid)) && isConstant(query, { isImmutable, types: PLAIN_TYPES });
  if (!constant) {
    const sequences = sequenceCalls(query);
    return { kind: 'postgres', text, callsRoutines: callsRoutines(parts, query), ...(sequences && { sequences }) };
  }
  return { kind: 'postgres', text, answers: constantAnswers(parts.analyses.answers, parts.analyses.newName()) };
}

function callsRoutines({ postgres }: DatabaseParts, query: Query): boolean {
  for (const { funcid, opfuncid, winfnoid, aggfnoid } of treeNodes(query))
    for (const oid of [funcid, opfuncid, winfnoid, aggfnoid])
      if (typeof oid === 'number' && postgres.isRoutine(oid)) return true;
  return false;
}

function engineRoute(
  parts: DatabaseParts,
  query: Query,
  analysed: { readonly fields: Analysis['fields']; readonly text: string; readonly customText: boolean },
): Route {
  const environment = { relation: (oid: number) => parts.postgres.mirror.byOid(oid), ...analysed };
  const finish = (reason: SqlError): FinishPlan | undefined => finishPlan(query, environment, reason);
  try {
    if (query.commandType === 'select') {
      const translate = (numericScales?: ReadonlyMap<number, number>): Translation =>
        (query.hasModifyingCTE ? translateWritingQuery : translateQuery)(query, {
          ...environment,
          ...(numericScales && { numericScales }),
        });
      return { kind: 'select', translation: translate(), translate, finish };
    }
    const translate = (numericScales?: ReadonlyMap<number, number>): ModifyTranslation =>
      translateModify(query, { ...environment, ...(numericScales && { numericScales }) });
    return { kind: 'modify', translation: translate(), translate, finish };
  } catch (error) {
    const plan = error instanceof SqlError && error.sqlstate === '0A000' ? finish(error) : undefined;
    if (plan === undefined) throw error;
    return { kind: 'finish', plan };
  }
}

/** Types whose text is read the same at all times: that of dates and times may say `now`. */
const PLAIN_PARAMETERS: ReadonlySet<number> = new Set([
  OID.bool,
  OID.int2,
  OID.int4,
  OID.int8,
  OID.oid,
  OID.float4,
  OID.float8,
  OID.numeric,
  OID.text,
  OID.varchar,
  OID.bpchar,
  OID.name,
  OID.bytea,
  OID.uuid,
  OID.json,
  OID.jsonb,
]);

/** Types whose values look the same as long as the settings do. */
const PLAIN_TYPES: ReadonlySet<number> = new Set([
  ...PLAIN_PARAMETERS,
  OID.date,
  OID.time,
  OID.timestamp,
  OID.timestamptz,
  OID.interval,
]);

function isDefaultText(settings: TextSettings): boolean {
  return (
    /^ISO\b/i.test(settings.dateStyle) &&
    settings.intervalStyle === 'postgres' &&
    settings.extraFloatDigits > 0 &&
    settings.byteaOutput === 'hex'
  );
}
