import type { Query, TargetEntry } from '../tree/tree.ts';
import { translateWith } from './translate-with.ts';
import { unsupported } from './errors.ts';
import { translateGroupBy } from './translate-group-by.ts';
import { translateJoinTree } from './join-tree.ts';
import { translateLimit } from './limit-clause.ts';
import type { LimitClause } from './limit-clause.ts';
import { newScope } from './new-scope.ts';
import type { Column, Scope, Selected, Value } from './scope.ts';
import { columnOf } from './scope.ts';
import { translateSelectedSet } from './set-returning.ts';
import { translateSetOperation } from './set-operation.ts';
import { comparisonKey } from './comparison-key.ts';
import { sortDirection } from './sort-direction.ts';
import { sortKey } from './sort-key.ts';
import { targetOfClause } from './target-of-clause.ts';
import type { Statement } from './statement.ts';

/** A SELECT with columns c1, c2, ... (and c1s, ...: see Column), as a subquery, CTE or leaf. */
export function translateSelect(query: Query, parent: Scope | undefined, statement: Statement): Selected {
  let columns: readonly Value[] = [];
  const sql = selectSql(query, parent, statement, (values) => {
    columns = values;
    return subqueryLayout(values);
  });
  return { sql, columns: columns.map(columnFor) };
}

/** What a column holds that is computed as `value`. */
export function columnFor({ typeOid, typmod, decimal, nested }: Value): Column {
  return { typeOid, typmod, decimal, nested };
}

/** How visible values become items of the select list, and at which 1-based position each can be sorted by. */
export type Layout = { readonly items: readonly string[]; readonly positions: readonly (number | undefined)[] };

export function subqueryLayout(values: readonly Value[]): Layout {
  const items: string[] = [];
  const positions = values.map((value, index) => {
    const position = items.push(`${value.sql} AS c${index + 1}`);
    const scale = value.decimal?.displayScale;
    if (typeof scale === 'string') items.push(`CAST(${scale} AS INTEGER) AS c${index + 1}s`);
    return position;
  });
  return { items: items.length === 0 ? ['1 AS c1'] : items, positions };
}

export function selectSql(
  query: Query,
  parent: Scope | undefined,
  statement: Statement,
  layout: (values: readonly Value[]) => Layout,
  known: Scope['ctes'] = new Map(),
): string {
  checkShape(query);
  const scope = { ...newScope(query, parent, statement), ctes: known };
  const tables = translateWith(scope);
  const rows = query.setOperations === null ? plainSelect(scope, layout) : setOperation(scope, layout);
  lockScans(query, statement);
  return `${tables}${rows}`;
}

function checkShape(query: Query): void {
  if (query.commandType !== 'select') throw unsupported('a data-modifying statement here');
  if (query.hasModifyingCTE) throw unsupported('a data-modifying statement in WITH');
}

/** By LockClauseStrength (nodes/lockoptions.h). */
const LOCKS = ['', 'FOR KEY SHARE', 'FOR SHARE', 'FOR NO KEY UPDATE', 'FOR UPDATE'];
/** LockWaitSkip of LockWaitPolicy. */
const SKIP_LOCKED = 1;

/** Rows are locked by finding at commit whether others changed them. */
function lockScans(query: Query, statement: Statement): void {
  for (const mark of query.rowMarks ?? []) {
    if (mark['waitPolicy'] === SKIP_LOCKED)
      throw unsupported(
        'SKIP LOCKED',
        undefined,
        'Rows that others will change are not known before the commit; give each worker rows of its own.',
      );
    const entry = query.rtable?.[Number(mark['rti']) - 1];
    for (const scan of entry === undefined ? [] : statement.scansOf(entry))
      scan.lock = LOCKS[Number(mark['strength'])]!;
  }
}

function setOperation(scope: Scope, layout: (values: readonly Value[]) => Layout): string {
  const combined = translateSetOperation(scope.query.setOperations!, scope);
  const alias = `u${scope.statement.nextNumber()}`;
  const values = combined.columns.map((column, index) => columnOf(alias, index, column));
  const { items, positions } = layout(values);
  return finished(scope, `SELECT ${items.join(', ')}`, ` FROM (${combined.sql}) AS ${alias}`, {
    positions,
    valueOf: (target) => values[target.resno - 1]!,
  });
}

function plainSelect(scope: Scope, layout: (values: readonly Value[]) => Layout): string {
  const { query } = scope;
  const from = (query.jointree?.fromlist ?? []).map((item) => translateJoinTree(item, scope));
  const { expression } = scope.statement.recursion;
  const quals = query.jointree?.quals ?? null;
  const where = quals === null ? '' : ` WHERE ${expression(quals, scope).sql}`;
  const known = new Map<TargetEntry, Value>();
  const valueOf = (target: TargetEntry): Value => {
    const value = known.get(target) ?? translateTarget(target, scope);
    known.set(target, value);
    return value;
  };
  const visible = (query.targetList ?? []).filter(({ resjunk }) => !resjunk);
  if (query.hasTargetSRFs) checkSetReturning(query, visible);
  const { items, positions } = layout(visible.map(valueOf));
  const group = translateGroupBy(scope);
  const having = query.havingQual === null ? '' : ` HAVING ${expression(query.havingQual, scope).sql}`;
  const source = from.length === 0 ? '' : ` FROM ${from.join(', ')}`;
  const selected = `SELECT ${distinct(scope, items, visible.map(valueOf))}${items.join(', ')}`;
  return finished(scope, selected, `${source}${where}${group}${having}`, { positions, valueOf });
}

function translateTarget(target: TargetEntry, scope: Scope): Value {
  if (target.expr.node === 'FUNCEXPR' && target.expr.funcretset) return translateSelectedSet(target.expr, scope);
  return scope.statement.recursion.expression(target.expr, scope);
}

/** Postgres expands sets after grouping and before DISTINCT; one set in a plain query is the same in both. */
function checkSetReturning(query: Query, visible: readonly TargetEntry[]): void {
  const sets = visible.filter(({ expr }) => expr.node === 'FUNCEXPR' && expr.funcretset);
  if (
    sets.length !== 1 ||
    query.hasAggs ||
    query.hasWindowFuncs ||
    query.groupClause !== null ||
    query.distinctClause !== null
  )
    throw unsupported('this use of a set-returning function in the select list', undefined, 'Move it to FROM.');
}

function distinct(scope: Scope, items: readonly string[], visible: readonly Value[]): string {
  const { query } = scope;
  if (query.distinctClause === null) return '';
  const keys = query.distinctClause.map((clause) => {
    const target = targetOfClause(clause, query.targetList);
    const value = scope.statement.recursion.expression(target.expr, scope);
    // A literal among the keys of DISTINCT ON would be a position, or nothing at all, to DuckDB.
    return target.expr.node === 'CONST' ? `CASE WHEN true THEN ${value.sql} END` : comparisonKey(value);
  });
  if (query.hasDistinctOn) return `DISTINCT ON (${keys.join(', ')}) `;
  // Hidden columns, and blanks at the end of character(n), do not tell rows apart.
  const whole = items.length === visible.length && keys.every((key) => visible.some(({ sql }) => sql === key));
  return whole ? 'DISTINCT ' : `DISTINCT ON (${keys.join(', ')}) `;
}

type Sorting = {
  readonly positions: readonly (number | undefined)[];
  readonly valueOf: (target: TargetEntry) => Value;
};

/** ORDER BY, LIMIT and OFFSET added to `selected` (SELECT and its items) and `rest` (FROM and what follows). */
function finished(scope: Scope, selected: string, rest: string, { positions, valueOf }: Sorting): string {
  const keys = (scope.query.sortClause ?? []).map((clause) => {
    const target = targetOfClause(clause, scope.query.targetList);
    const value = valueOf(target);
    const key = sortKey(value);
    const position = target.resjunk || key !== value.sql ? undefined : positions[target.resno - 1];
    return { key, position, direction: sortDirection(clause) };
  });
  const limit = translateLimit(scope);
  if (scope.query.limitOption === 1 && limit.count !== undefined) return withTies(scope, selected, rest, keys, limit);
  const sort = keys.map(({ key, position, direction }) => `${position ?? key} ${direction}`).join(', ');
  return `${selected}${rest}${sort === '' ? '' : ` ORDER BY ${sort}`}${limitSql(limit)}`;
}

/** The rows are ranked outside of the query, whose sort keys become columns. */
function withTies(
  scope: Scope,
  selected: string,
  rest: string,
  keys: readonly { readonly key: string; readonly direction: string }[],
  { count, offset }: LimitClause,
): string {
  const alias = `w${scope.statement.nextNumber()}`;
  const names = keys.map((_, index) => `k${index}`);
  const items = keys.map(({ key }, index) => `, ${key} AS k${index}`).join('');
  const sort = keys.map(({ direction }, index) => `${alias}.k${index} ${direction}`).join(', ');
  const over = `OVER (ORDER BY ${sort})`;
  const skipped = offset === undefined ? '' : ` AND row_number() ${over} > ${offset}`;
  const kept = `${count!} > 0 AND rank() ${over} <= ${count!} + ${offset ?? '0'}${skipped}`;
  return `SELECT * EXCLUDE (${names.join(', ')}) FROM (${selected}${items}${rest}) AS ${alias} QUALIFY ${kept} ORDER BY ${sort}`;
}

function limitSql(limit: LimitClause): string {
  const count = limit.count === undefined ? '' : ` LIMIT ${limit.count}`;
  return `${count}${limit.offset === undefined ? '' : ` OFFSET ${limit.offset}`}`;
}
