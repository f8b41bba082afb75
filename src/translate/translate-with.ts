import type { CommonTableExpr } from '../tree/tree.ts';
import { OID } from '../pgtype/oid.ts';
import { castDecimal, unifiedDecimal } from './unified-decimal.ts';
import { unsupported } from './errors.ts';
import { duckdbTypeOfValue } from './translate-function.ts';
import { newScope } from './new-scope.ts';
import type { Column, Scope, Selected } from './scope.ts';
import { columnOf } from './scope.ts';

const MATERIALIZED = ['', 'MATERIALIZED ', 'NOT MATERIALIZED '];

/** The WITH clause with a blank behind it; registers its tables in the scope. */
export function translateWith(scope: Scope): string {
  const tables = scope.query.cteList ?? [];
  if (tables.length === 0) return '';
  const written = tables.map((table, index) => {
    if (table.search_clause !== null || table.cycle_clause !== null) throw unsupported('SEARCH and CYCLE');
    const name = `q${scope.number}_${index + 1}`;
    if (table.cterecursive) return `${name} AS (${recursiveTable(table, name, scope)})`;
    if (table.ctequery.commandType !== 'select') throw unsupported('a data-modifying statement in WITH');
    const selected = scope.statement.recursion.select(table.ctequery, scope, scope.statement);
    scope.ctes.set(table.ctename, { name, columns: selected.columns });
    return `${name} AS ${MATERIALIZED[table.ctematerialized] ?? ''}(${selected.sql})`;
  });
  return `WITH ${tables.some(({ cterecursive }) => cterecursive) ? 'RECURSIVE ' : ''}${written.join(', ')} `;
}

/** Rounds in which the scales of a recursive query's numerics must settle. */
const MAX_ROUNDS = 4;

/** What stands behind `name AS` for a recursive table; registers it in the scope. */
export function recursiveTable(table: CommonTableExpr, name: string, scope: Scope): string {
  const query = table.ctequery;
  const operation = query.setOperations;
  if (
    operation === null ||
    operation.op !== 1 ||
    query.sortClause !== null ||
    query.limitCount !== null ||
    query.limitOffset !== null
  )
    throw unsupported('this form of WITH RECURSIVE');
  const inner = newScope(query, scope, scope.statement);
  const inside = query.cteList === null ? '' : translateWith(inner);
  const leaf = (side: typeof operation.larg): Selected => {
    const subquery = side.node === 'RANGETBLREF' ? query.rtable?.[side.rtindex - 1]?.subquery : undefined;
    if (!subquery) throw unsupported('several set operations in WITH RECURSIVE');
    return scope.statement.recursion.select(subquery, inner, scope.statement);
  };
  const start = leaf(operation.larg);
  let columns: readonly Column[] = start.columns.map(widest);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    scope.ctes.set(table.ctename, { name, columns });
    const step = leaf(operation.rarg);
    const widened = columns.map((column, index) => widen(column, step.columns[index]!));
    if (same(columns, widened)) {
      const word = operation.all ? 'UNION ALL' : 'UNION';
      if (!operation.all && columns.some((column) => typeof column.decimal?.displayScale === 'string'))
        throw unsupported('UNION in WITH RECURSIVE over numeric values of several scales');
      return `${inside}${arm(start, columns, scope)} ${word} ${arm(step, columns, scope)}`;
    }
    columns = widened;
  }
  throw unsupported(
    'a recursive query whose numeric values gain digits in every step',
    undefined,
    'Cast them to numeric(p, s).',
  );
}

/** Steps may add digits before the point without end; those after it are counted. */
function widest(column: Column): Column {
  return column.decimal === undefined ? column : { ...column, decimal: { ...column.decimal, precision: 38 } };
}

function widen(column: Column, step: Column): Column {
  if (column.typeOid !== OID.numeric) return column;
  return widest({ ...column, decimal: unifiedDecimal([column.decimal, step.decimal]) });
}

function same(before: readonly Column[], after: readonly Column[]): boolean {
  return before.every(({ decimal: a }, index) => {
    const b = after[index]!.decimal;
    const perRow = typeof a?.displayScale === 'string' && typeof b?.displayScale === 'string';
    return a?.scale === b?.scale && a?.precision === b?.precision && (perRow || a?.displayScale === b?.displayScale);
  });
}

/** DuckDB takes the types of the first arm for all rows. */
function arm(selected: Selected, columns: readonly Column[], scope: Scope): string {
  const alias = `r${scope.statement.nextNumber()}`;
  const items = selected.columns.flatMap((column, index) => {
    const value = columnOf(alias, index, column);
    const to = columns[index]!;
    const sql =
      to.decimal === undefined ? `CAST(${value.sql} AS ${duckdbTypeOfValue(value)})` : castDecimal(value, to.decimal);
    const visible = `${sql} AS c${index + 1}`;
    return typeof to.decimal?.displayScale === 'string'
      ? [visible, `CAST(${value.decimal?.displayScale ?? 0} AS INTEGER) AS c${index + 1}s`]
      : [visible];
  });
  return `SELECT ${items.join(', ')} FROM (${selected.sql}) AS ${alias}`;
}
