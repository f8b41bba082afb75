import { OID } from '../pgtype/oid.ts';
import type { PgValue } from '../pgtype/pgtype.ts';
import type { Expression, WindowFunc } from '../tree/expression.ts';
import type { WindowClause } from '../tree/tree.ts';
import { unsupported, unsupportedFunction } from './errors.ts';
import { foldedConstant } from './folded-constant.ts';
import { signatureOf } from './translate-function.ts';
import { aggregateTemplate, windowTemplate } from './function/function-table.ts';
import type { Apply } from './function/template.ts';
import { decimalForm } from './numeric-text.ts';
import type { Scope, Value } from './scope.ts';
import { sortDirection } from './sort-direction.ts';
import { sortKey } from './sort-key.ts';
import { targetOfClause } from './target-of-clause.ts';

export function translateWindowFunction(node: WindowFunc, scope: Scope): Value {
  const { expression } = scope.statement.recursion;
  const signature = signatureOf(node.winfnoid, scope, node.location);
  const clause = scope.query.windowClause?.find(({ winref }) => winref === node.winref);
  if (clause === undefined) throw new Error(`the tree names window ${node.winref}, which there is none`);
  const args = (node.args ?? []).map((arg) => decimalForm(expression(arg, scope), node.location));
  const filter = node.aggfilter === null ? undefined : expression(node.aggfilter, scope).sql;
  const over = overClause(clause, scope);
  const apply: Apply = (name, sqls, further) => {
    const conditions = [filter, further].filter((condition) => condition !== undefined);
    const where = conditions.length === 0 ? '' : ` FILTER (WHERE ${conditions.join(' AND ')})`;
    return `${name}(${sqls.join(', ')})${where} ${over}`;
  };
  const shape = { signature, resultOid: node.wintype, resultTypmod: -1 };
  const translated = node.winagg
    ? aggregateTemplate(signature)?.(args, { ...shape, distinct: false, windowed: true, orderBy: [] }, apply)
    : windowTemplate(signature)?.(args, shape, apply);
  if (translated === undefined) throw unsupportedFunction(signature, node.location);
  if (node.wintype === OID.numeric && translated.decimal === undefined)
    throw new Error(`template ${signature} gives a numeric without its scale`);
  return { ...translated, sql: `(${translated.sql})`, typeOid: node.wintype, typmod: -1 };
}

function overClause(clause: WindowClause, scope: Scope): string {
  const { expression } = scope.statement.recursion;
  const key = (ref: Parameters<typeof targetOfClause>[0]): string =>
    sortKey(expression(targetOfClause(ref, scope.query.targetList).expr, scope));
  const parts: string[] = [];
  const partitions = clause.partitionClause ?? [];
  if (partitions.length > 0) parts.push(`PARTITION BY ${partitions.map(key).join(', ')}`);
  const orders = clause.orderClause ?? [];
  if (orders.length > 0) parts.push(`ORDER BY ${orders.map((ref) => `${key(ref)} ${sortDirection(ref)}`).join(', ')}`);
  if ((clause.frameOptions & FRAME.nonDefault) !== 0) parts.push(frame(clause, scope));
  return `OVER (${parts.join(' ')})`;
}

/** FRAMEOPTION_* of nodes/parsenodes.h. */
const FRAME = {
  nonDefault: 0x1,
  range: 0x2,
  rows: 0x4,
  groups: 0x8,
  startUnboundedPreceding: 0x20,
  endUnboundedPreceding: 0x40,
  startUnboundedFollowing: 0x80,
  endUnboundedFollowing: 0x100,
  startCurrentRow: 0x200,
  endCurrentRow: 0x400,
  startOffsetPreceding: 0x800,
  endOffsetPreceding: 0x1000,
  startOffsetFollowing: 0x2000,
  endOffsetFollowing: 0x4000,
  excludeCurrentRow: 0x8000,
  excludeGroup: 0x10000,
  excludeTies: 0x20000,
} as const;

function frame(clause: WindowClause, scope: Scope): string {
  const has = (option: number): boolean => (clause.frameOptions & option) !== 0;
  const unit = has(FRAME.rows) ? 'ROWS' : has(FRAME.groups) ? 'GROUPS' : 'RANGE';
  const offset = (node: Expression | null): string => frameOffset(node, unit, scope);
  const start = has(FRAME.startUnboundedPreceding)
    ? 'UNBOUNDED PRECEDING'
    : has(FRAME.startCurrentRow)
      ? 'CURRENT ROW'
      : `${offset(clause.startOffset)} ${has(FRAME.startOffsetPreceding) ? 'PRECEDING' : 'FOLLOWING'}`;
  const end = has(FRAME.endUnboundedFollowing)
    ? 'UNBOUNDED FOLLOWING'
    : has(FRAME.endCurrentRow)
      ? 'CURRENT ROW'
      : `${offset(clause.endOffset)} ${has(FRAME.endOffsetPreceding) ? 'PRECEDING' : 'FOLLOWING'}`;
  const exclusion = has(FRAME.excludeCurrentRow)
    ? ' EXCLUDE CURRENT ROW'
    : has(FRAME.excludeGroup)
      ? ' EXCLUDE GROUP'
      : has(FRAME.excludeTies)
        ? ' EXCLUDE TIES'
        : '';
  return `${unit} BETWEEN ${start} AND ${end}${exclusion}`;
}

/** Offsets must be known not to be null or negative, which Postgres raises (22004, 22013) and DuckDB does not. */
function frameOffset(node: Expression | null, unit: string, scope: Scope): string {
  if (node === null) throw new Error('the tree has a frame without its offset');
  const folded = foldedConstant(node);
  const value = folded?.value;
  if (unit !== 'RANGE' && (typeof value !== 'bigint' || value < 0n))
    throw unsupported('a frame offset that is not a constant', (node as { readonly location?: number }).location);
  if (unit === 'RANGE' && (folded === undefined ? node.node !== 'CONST' : value === null || negative(value)))
    throw unsupported('this frame offset', (node as { readonly location?: number }).location);
  return scope.statement.recursion.expression(node, scope).sql;
}

function negative(value: PgValue | undefined): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return value < 0;
  if (typeof value !== 'object' || value === null || !('kind' in value)) return true;
  if (value.kind === 'numeric') return 'special' in value || value.unscaled < 0n;
  return value.kind !== 'interval' || value.months < 0 || value.days < 0 || value.micros < 0n;
}
