import { OID, elementOidOf } from '../pgtype/oid.ts';
import type { Param } from '../tree/expression.ts';
import { duckdbTypeOf } from './constant.ts';
import { unsupported } from './errors.ts';
import { numericTexts } from './numeric-text.ts';
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
  if (elementOidOf(typeOid) === OID.numeric) return numericsByText(statement, `$${node.paramid}`, 'immutable');
  const type = duckdbTypeOf(typeOid, node.location);
  const index = statement.addParameter({ kind: 'client', number: node.paramid, typeOid });
  const parameter = `$${index + 1}`;
  return { sql: `CAST(${parameter} AS ${type})`, typeOid, typmod: node.paramtypmod, parameter };
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

/** A numeric that Postgres computes before execution: its text holds the digits that are shown (numeric-text.ts). */
export function numericByText(
  statement: Statement,
  postgresSql: string,
  typmod: number,
  volatility: 'immutable' | 'stable',
): Value {
  const sql = `CAST(${postgresSql} AS pg_catalog.text)`;
  const index = statement.addParameter({ kind: 'evaluate', sql, typeOid: OID.text, volatility });
  return { sql: `CAST($${index + 1} AS VARCHAR)`, typeOid: OID.numeric, typmod, nested: 'string' };
}

/** An array of them. */
export function numericsByText(statement: Statement, postgresSql: string, volatility: 'immutable' | 'stable'): Value {
  const sql = `CAST(CAST(${postgresSql} AS pg_catalog."numeric"[]) AS pg_catalog.text[])`;
  const index = statement.addParameter({ kind: 'evaluate', sql, typeOid: TEXT_ARRAY, volatility });
  return numericTexts(`CAST($${index + 1} AS VARCHAR[])`);
}

const TEXT_ARRAY = 1009;
