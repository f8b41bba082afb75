import { OID } from '../pgtype/oid.ts';
import type { Aggref, GroupingFunc } from '../tree/expression.ts';
import type { SortGroupClause } from '../tree/tree.ts';
import { refuseDimensions } from './array-depth.ts';
import { unsupported, unsupportedFunction } from './errors.ts';
import { signatureOf } from './translate-function.ts';
import { aggregateTemplate } from './function/function-table.ts';
import type { Apply } from './function/template.ts';
import { decimalForm, isNumericText } from './numeric-text.ts';
import type { Scope, Value } from './scope.ts';
import { comparisonKey, equalityKey } from './comparison-key.ts';
import { sortDirection } from './sort-direction.ts';
import { sortKey } from './sort-key.ts';
import { targetOfClause } from './target-of-clause.ts';

export function translateAggregate(node: Aggref, scope: Scope): Value {
  if (node.agglevelsup > 0) throw unsupported('an aggregate of an outer query', node.location);
  const signature = signatureOf(node.aggfnoid, scope, node.location);
  const template = aggregateTemplate(signature);
  if (template === undefined) throw unsupportedFunction(signature, node.location);
  if (node.aggvariadic) throw unsupported('VARIADIC in an aggregate', node.location);
  const inner: Scope = { ...scope, insideAggregate: true };
  const { expression } = scope.statement.recursion;
  const direct = (node.aggdirectargs ?? []).map((arg) => expression(arg, inner));
  const written = (node.args ?? []).filter(({ resjunk }) => !resjunk).map((arg) => expression(arg.expr, inner));
  if (signature !== 'count(any)') for (const arg of written) refuseDimensions(arg, node.location);
  const given = signature === 'count(any)' ? written : written.map((arg) => decimalForm(arg, node.location));
  const order = (clauses: readonly SortGroupClause[]): readonly OrderTerm[] =>
    clauses.map((clause) => {
      const term = expression(targetOfClause(clause, node.args).expr, inner);
      // What DISTINCT sorts by must be the argument itself.
      const key = node.aggdistinct === null ? sortKey(term, node.location) : comparisonKey(term, node.location);
      return { term, clause, sql: `${key} ${sortDirection(clause, node.location)}` };
    });
  const ordered = order(node.aggorder ?? []);
  const distinct = node.aggdistinct !== null;
  const args = distinct ? distinctArguments(given, signature, node) : given;
  const filter = node.aggfilter === null ? undefined : expression(node.aggfilter, inner).sql;
  const apply: Apply = (aggregate, sqls, further) => {
    // Postgres finds duplicates by sorting, which shows in aggregates that keep an order.
    const keepsOrder = distinct && ordered.length === 0 && ORDERED.has(aggregate);
    const clauses = (keepsOrder ? order(node.aggdistinct ?? []).slice(0, 1) : ordered).map(({ sql }) => sql);
    const conditions = [filter, further].filter((condition) => condition !== undefined);
    const where = conditions.length === 0 ? '' : ` FILTER (WHERE ${conditions.join(' AND ')})`;
    const [sorting] = clauses;
    // Sorted within the aggregate, -0 would become 0.
    if (distinct && sorting !== undefined && LISTS.has(aggregate) && isFloat(written[0]))
      return `list_sort(${aggregate}(DISTINCT ${sqls.join(', ')})${where}, ${listOrder(sorting)})`;
    const by = clauses.length === 0 ? '' : ` ORDER BY ${clauses.join(', ')}`;
    return `${aggregate}(${distinct ? 'DISTINCT ' : ''}${sqls.join(', ')}${by})${where}`;
  };
  const orderBy = ordered.map(({ term, clause }) => ({
    term,
    descending: clause.reverse_sort,
    nullsFirst: clause.nulls_first,
  }));
  const call = { signature, resultOid: node.aggtype, resultTypmod: -1, distinct, windowed: false, orderBy };
  if (isNumericText(written[0] ?? { typeOid: 0 }) && /^(min|max)\(/.test(signature))
    return extremeText(signature, written[0]!, given[0]!, apply);
  const translated = template([...direct, ...args], call, apply);
  if (node.aggtype === OID.numeric && translated.decimal === undefined)
    throw new Error(`template ${signature} gives a numeric without its scale`);
  return { ...translated, typeOid: node.aggtype, typmod: -1 };
}

/** The text of the least or greatest numeric, with the digits that it has. */
function extremeText(signature: string, text: Value, decimal: Value, apply: Apply): Value {
  const sql = apply(signature.startsWith('min') ? 'arg_min' : 'arg_max', [text.sql, decimal.sql]);
  return { sql, typeOid: OID.numeric, typmod: -1, nested: 'string' };
}

type OrderTerm = { readonly term: Value; readonly clause: SortGroupClause; readonly sql: string };

const LISTS: ReadonlySet<string> = new Set(['array_agg', 'list']);

function isFloat(value: Value | undefined): boolean {
  return value?.typeOid === OID.float8 || value?.typeOid === OID.float4;
}

/** The direction of a sort clause as list_sort takes it. */
function listOrder(sorting: string): string {
  return `'${sorting.includes(' DESC ') ? 'DESC' : 'ASC'}', '${sorting.endsWith('NULLS FIRST') ? 'NULLS FIRST' : 'NULLS LAST'}'`;
}

const ORDERED: ReadonlySet<string> = new Set(['string_agg', 'array_agg', 'list', 'json_group_array']);

/** What count() counts may be compared by another value than its own. */
function distinctArguments(args: readonly Value[], signature: string, node: Aggref): readonly Value[] {
  return args.map((arg) => {
    const key = equalityKey(arg, node.location);
    if (key !== arg.sql && signature !== 'count(any)')
      throw unsupported('DISTINCT over character(n) or interval values', node.location);
    return { ...arg, sql: key };
  });
}

/** GROUPING(a, b): bits of the keys that the row does not group by. */
export function translateGrouping(node: GroupingFunc, scope: Scope): Value {
  if (node.agglevelsup > 0) throw unsupported('GROUPING of an outer query', node.location);
  const keys = (node.args ?? []).map((arg) => scope.statement.recursion.expression(arg, scope).sql);
  const grouped = (scope.query.groupClause ?? []).length > 0;
  const sql = grouped ? `CAST(grouping(${keys.join(', ')}) AS INTEGER)` : 'CAST(0 AS INTEGER)';
  return { sql, typeOid: OID.int4, typmod: -1 };
}
