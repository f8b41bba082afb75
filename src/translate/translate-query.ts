import { SqlError } from '../base/sql-error.ts';
import type { ResultEncoding, Scale } from '../pgtype/pgtype.ts';
import type { Query } from '../tree/tree.ts';
import type { Environment } from './environment.ts';
import { addPredicates } from './prune/add-predicates.ts';
import { nestedTooDeeply } from './errors.ts';
import { translateExpression } from './expression.ts';
import type { DecimalSql, Leaving } from './function/template.ts';
import type { Scope, Value } from './scope.ts';
import { selectSql, translateSelect } from './select.ts';
import type { Layout } from './select.ts';
import { settleParameters } from './settle-parameters.ts';
import { newStatement } from './statement.ts';
import type { Statement } from './statement.ts';
import type { Translation } from './translate.ts';

/** SELECT, VALUES and WITH over tables of the mirror. Raises 0A000 for what has no translation. */
export function translateQuery(query: Query, environment: Environment): Translation {
  return translating(environment, () => translateSelection(query, environment));
}

/** The same among others: `known` are tables of a WITH that stand by themselves. */
export function translateSelection(query: Query, environment: Environment, known?: Scope['ctes']): Translation {
  const statement = openStatement(environment);
  let columns: readonly ResultEncoding[] = [];
  const layout = (values: readonly Value[]): Layout => {
    const laidOut = leavingLayout(values, leavingAllowed(query));
    columns = laidOut.encodings;
    return laidOut;
  };
  const sql = selectSql(query, undefined, statement, layout, known);
  addPredicates(query, statement);
  return { ...settleParameters(sql, statement.scans(), statement.parameters()), columns };
}

/** A statement whose parts know each other. */
export function openStatement(environment: Environment, sequences?: Set<number>): Statement {
  const recursion = {
    expression: translateExpression,
    select: (query: Query, parent: Scope | undefined, statement: Statement) =>
      translateSelect(query, parent, statement),
  };
  return newStatement(environment, recursion, sequences);
}

/** Deep trees are walked recursively: running out of stack is the statement's fault. Positions become characters. */
export function translating<T>(environment: Environment, translate: () => T): T {
  try {
    return translate();
  } catch (error) {
    if (error instanceof RangeError && /call stack/i.test(error.message)) throw nestedTooDeeply();
    if (!(error instanceof SqlError) || error.fields.position === undefined || environment.text === undefined)
      throw error;
    const before = Buffer.from(environment.text)
      .subarray(0, error.fields.position - 1)
      .toString();
    throw error.with({ position: Array.from(before).length + 1 });
  }
}

/** A value may be finished by the encoder where nothing but the client sees it. */
function leavingAllowed(query: Query): boolean {
  return query.setOperations === null && query.distinctClause === null;
}

/** Items of an outermost select list and the encodings that read them. */
export function leavingLayout(
  values: readonly Value[],
  allowed: boolean,
  prefix = 'o',
): Layout & { readonly encodings: readonly ResultEncoding[] } {
  const items: string[] = [];
  const add = (sql: string): number => items.push(`${sql} AS ${prefix}${items.length}`) - 1;
  const scaleOf = (scale: number | string): Scale =>
    typeof scale === 'number' ? scale : { column: add(`CAST(${scale} AS INTEGER)`) };
  const positions: (number | undefined)[] = [];
  const encodings = values.map((value): ResultEncoding => {
    if (allowed && value.leaving !== undefined) {
      positions.push(undefined);
      return finished(value.leaving, add, scaleOf);
    }
    const column = add(value.sql);
    positions.push(column + 1);
    if (value.decimal === undefined) return { kind: 'plain', column };
    return { kind: 'numeric', column, displayScale: scaleOf(value.decimal.displayScale) };
  });
  return { items: items.length === 0 ? [`1 AS ${prefix}0`] : items, positions, encodings };
}

function finished(
  leaving: Leaving,
  add: (sql: string) => number,
  scaleOf: (scale: number | string) => Scale,
): ResultEncoding {
  if (leaving.kind === 'variance')
    return {
      kind: 'variance',
      count: add(leaving.count),
      sum: add(leaving.sum),
      sumOfSquares: add(leaving.sumOfSquares),
      scale: scaleOf(leaving.scale),
      of: leaving.of,
    };
  const part = (decimal: DecimalSql): { readonly column: number; readonly scale: Scale } => ({
    column: add(decimal.sql),
    scale: scaleOf(decimal.displayScale),
  });
  const numerator = part(leaving.numerator);
  const denominator = part(leaving.denominator);
  return {
    kind: 'quotient',
    numerator: numerator.column,
    numeratorScale: numerator.scale,
    denominator: denominator.column,
    denominatorScale: denominator.scale,
  };
}
