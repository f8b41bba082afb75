import type { Expression } from '../tree/expression.ts';
import { negativeLimit, negativeOffset } from './errors.ts';
import { foldedConstant } from './folded-constant.ts';
import { raise } from './function/raise.ts';
import type { Scope } from './scope.ts';

/** LIMIT and OFFSET as SQL of a BIGINT that is not negative; undefined where there is none. */
export type LimitClause = { readonly count: string | undefined; readonly offset: string | undefined };

export function translateLimit(scope: Scope): LimitClause {
  const { limitCount, limitOffset } = scope.query;
  return {
    count: bound(limitCount, '2201W', MAX_COUNT, scope),
    offset: bound(limitOffset, '2201X', '0', scope),
  };
}

/** More rows than anyone has; DuckDB refuses larger ones. */
const MAX_COUNT = '4611686018427387903';

function bound(node: Expression | null, sqlstate: string, whenNull: string, scope: Scope): string | undefined {
  if (node === null) return undefined;
  const folded = foldedConstant(node);
  if (folded !== undefined) {
    if (folded.value === null) return undefined;
    const value = folded.value as bigint;
    if (value < 0n) throw sqlstate === '2201W' ? negativeLimit() : negativeOffset();
    return value > BigInt(MAX_COUNT) ? MAX_COUNT : String(value);
  }
  const { sql } = scope.statement.recursion.expression(node, scope);
  return `(CASE WHEN ${sql} IS NULL THEN ${whenNull} WHEN ${sql} < 0 THEN ${raise(sqlstate, sql, 'BIGINT')} ELSE least(${sql}, ${MAX_COUNT}) END)`;
}
