import { OID } from '../pgtype/oid.ts';
import type { Param } from '../tree/expression.ts';
import { duckdbTypeOf } from './constant.ts';
import { unsupported } from './errors.ts';
import { raise } from './function/raise.ts';
import type { Scope, Value } from './scope.ts';
import type { Statement } from './statement.ts';

export function translateParam(node: Param, scope: Scope): Value {
  if (node.paramkind === 2) {
    const value = scope.subselect?.[node.paramid - 1];
    if (value === undefined) throw unsupported('this reference to a subquery', node.location);
    return value;
  }
  if (node.paramkind === 3) {
    const assigned = scope.assigned?.(node.paramid);
    if (assigned === undefined) throw unsupported('this multi-column assignment', node.location);
    return scope.statement.recursion.expression(assigned, scope);
  }
  if (node.paramkind !== 0) throw unsupported('this kind of parameter', node.location);
  const { statement } = scope;
  const typeOid = node.paramtype;
  if (typeOid === OID.numeric) return numericParameter(node, statement);
  const type = duckdbTypeOf(typeOid, node.location);
  const index = statement.addParameter({ kind: 'client', number: node.paramid, typeOid });
  return { sql: `CAST($${index + 1} AS ${type})`, typeOid, typmod: node.paramtypmod };
}

function numericParameter(node: Param, statement: Statement): Value {
  const scale = statement.environment.numericScales?.get(node.paramid);
  if (scale === undefined)
    return numericByText(statement, `$${node.paramid}::pg_catalog."numeric"`, node.paramtypmod, 'immutable');
  const index = statement.addParameter({ kind: 'client', number: node.paramid, typeOid: OID.numeric });
  return {
    sql: `CAST($${index + 1} AS DECIMAL(38,${scale}))`,
    typeOid: OID.numeric,
    typmod: node.paramtypmod,
    decimal: { precision: 38, scale, displayScale: scale },
  };
}

/** Digits after the point that a numeric of unknown scale may have; one with more is refused when running. */
const MAX_SCALE = 20;

/** A numeric that Postgres computes before execution: its text holds the digits that are shown. */
export function numericByText(
  statement: Statement,
  postgresSql: string,
  typmod: number,
  volatility: 'immutable' | 'stable',
): Value {
  const sql = `CAST(${postgresSql} AS pg_catalog.text)`;
  const index = statement.addParameter({ kind: 'evaluate', sql, typeOid: OID.text, volatility });
  const text = `CAST($${index + 1} AS VARCHAR)`;
  const scale = `CAST(CASE WHEN contains(${text}, '.') THEN length(${text}) - instr(${text}, '.') ELSE 0 END AS INTEGER)`;
  const type = `DECIMAL(38,${MAX_SCALE})`;
  return {
    sql: `(CASE WHEN ${scale} > ${MAX_SCALE} OR ${text} IN ('NaN', 'Infinity', '-Infinity') THEN ${raise('0A000', text, type)} ELSE CAST(${text} AS ${type}) END)`,
    typeOid: OID.numeric,
    typmod,
    decimal: { precision: 38, scale: MAX_SCALE, displayScale: `(${scale})` },
  };
}
