import type { Expression } from '../tree/expression.ts';
import type { Query } from '../tree/tree.ts';
import type { Type } from '../iceberg/iceberg.ts';
import type { Leaving, Term } from './function/template.ts';
import type { Statement } from './statement.ts';

/** A translated expression; `leaving` and `nested` are lost where the value is computed with. */
export type Value = Term & {
  readonly leaving?: Leaving | undefined;
  /** The Iceberg type of a struct, list or map. */
  readonly nested?: Type | undefined;
  /** `$n`, where the SQL is no more than this parameter cast to the type. */
  readonly parameter?: string | undefined;
};

/** A column that a subquery gives; `c<n>`, and `c<n>s` with the display scale where that depends on the row. */
export type Column = Pick<Value, 'typeOid' | 'typmod' | 'decimal' | 'nested'>;

/** A translated query with columns c1, c2, ... */
export type Selected = { readonly sql: string; readonly columns: readonly Column[] };

/** A range table entry: how its columns are read. */
export type Entry = { readonly column: (attno: number, location: number) => Value };

/** One query level, as `varlevelsup` counts them, and what its expressions may refer to. */
export type Scope = {
  readonly statement: Statement;
  readonly query: Query;
  /** Unique in the statement. */
  readonly number: number;
  readonly parent: Scope | undefined;
  /** By rtindex; filled as FROM is walked. */
  readonly entries: Map<number, Entry>;
  readonly ctes: Map<string, { readonly name: string; readonly columns: readonly Column[] }>;
  /** What a CaseTestExpr stands for. */
  readonly caseTest?: Value;
  /** Columns of the subselect that PARAM kind 2 names. */
  readonly subselect?: readonly Value[];
  /** Inside arguments of an aggregate: group keys are what they were before grouping. */
  readonly insideAggregate?: boolean;
  /** MERGE: SQL of the action's name for merge_action(). */
  readonly mergeAction?: string;
  /** OLD and NEW in RETURNING: values of the target's columns. */
  readonly returning?: { readonly target: number; readonly old: Entry; readonly new: Entry };
  /** Values of multi-column assignments, by sublink and column. */
  readonly assigned?: (paramid: number) => Expression | undefined;
};

/** The parts that call each other in a circle find each other here. */
export type Recursion = {
  readonly expression: (node: Expression, scope: Scope) => Value;
  readonly select: (query: Query, parent: Scope | undefined, statement: Statement) => Selected;
};

/** The level `up` queries above. */
export function ancestor(scope: Scope, up: number): Scope {
  let level: Scope = scope;
  for (let index = 0; index < up; index++) {
    if (level.parent === undefined) throw new Error(`the tree refers ${up} levels up from level ${index}`);
    level = level.parent;
  }
  return level;
}

/** A column of something named `alias` in FROM. */
export function columnOf(alias: string, index: number, column: Column): Value {
  const sql = `${alias}.c${index + 1}`;
  if (column.decimal === undefined) return { ...column, sql };
  const { displayScale } = column.decimal;
  return {
    ...column,
    sql,
    decimal: { ...column.decimal, displayScale: typeof displayScale === 'string' ? `${sql}s` : displayScale },
  };
}
