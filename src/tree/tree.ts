/**
 * Room `tree`: the analysed query tree that Postgres prints (pg_node_tree, nodes/outfuncs.c), pure. It reads the text
 * into nodes and constants into PgValues. It translates nothing and knows no DuckDB.
 *
 * A node is `{ node: 'OPEXPR', location, ... }`; its fields keep Postgres' own names (nodes/parsenodes.h, primnodes.h).
 * Lists are arrays, `<>` is null, bitmapsets are arrays of numbers, enums are Postgres' numbers. Nodes that are not
 * described here are read all the same, as `OtherNode`: whoever meets one refuses it by name.
 */
import type { Expression } from './expression.ts';

export type Query = {
  readonly node: 'QUERY';
  readonly commandType: 'unknown' | 'select' | 'update' | 'insert' | 'delete' | 'merge' | 'utility' | 'nothing';
  readonly resultRelation: number;
  readonly hasAggs: boolean;
  readonly hasWindowFuncs: boolean;
  readonly hasTargetSRFs: boolean;
  readonly hasSubLinks: boolean;
  readonly hasDistinctOn: boolean;
  readonly hasModifyingCTE: boolean;
  readonly cteList: readonly CommonTableExpr[] | null;
  readonly rtable: readonly RangeTblEntry[] | null;
  readonly jointree: FromExpr | null;
  readonly mergeActionList: readonly MergeAction[] | null;
  /** Index of the target in rtable; 0 where the statement is no MERGE. */
  readonly mergeTargetRelation: number;
  readonly mergeJoinCondition: Expression | null;
  readonly targetList: readonly TargetEntry[] | null;
  readonly onConflict: OtherNode | null;
  readonly returningList: readonly TargetEntry[] | null;
  readonly groupClause: readonly SortGroupClause[] | null;
  readonly groupDistinct: boolean;
  readonly groupingSets: readonly GroupingSet[] | null;
  readonly havingQual: Expression | null;
  readonly windowClause: readonly WindowClause[] | null;
  readonly distinctClause: readonly SortGroupClause[] | null;
  readonly sortClause: readonly SortGroupClause[] | null;
  readonly limitOffset: Expression | null;
  readonly limitCount: Expression | null;
  /** 1: WITH TIES. */
  readonly limitOption: number;
  readonly rowMarks: readonly OtherNode[] | null;
  readonly setOperations: SetOperation | null;
  readonly withCheckOptions: readonly OtherNode[] | null;
};

/** rtekind of a RangeTblEntry (RTEKind). */
export const RTE = { relation: 0, subquery: 1, join: 2, function: 3, values: 5, cte: 6, result: 8, group: 9 } as const;

export type RangeTblEntry = {
  readonly node: 'RANGETBLENTRY';
  readonly rtekind: number;
  readonly eref: { readonly aliasname: string };
  readonly relid?: number;
  readonly relkind?: string;
  readonly tablesample?: OtherNode | null;
  readonly subquery?: Query | null;
  readonly joinaliasvars?: readonly (Expression | null)[] | null;
  readonly functions?: readonly RangeTblFunction[] | null;
  readonly funcordinality?: boolean;
  readonly values_lists?: readonly (readonly Expression[])[] | null;
  readonly coltypes?: readonly number[] | null;
  readonly coltypmods?: readonly number[] | null;
  readonly ctename?: string;
  readonly ctelevelsup?: number;
  readonly self_reference?: boolean;
  readonly groupexprs?: readonly Expression[] | null;
  readonly lateral: boolean;
  readonly securityQuals: readonly Expression[] | null;
};

export type RangeTblFunction = { readonly node: 'RANGETBLFUNCTION'; readonly funcexpr: Expression };

export type CommonTableExpr = {
  readonly node: 'COMMONTABLEEXPR';
  readonly ctename: string;
  /** 0 default, 1 MATERIALIZED, 2 NOT MATERIALIZED. */
  readonly ctematerialized: number;
  readonly ctequery: Query;
  readonly search_clause: OtherNode | null;
  readonly cycle_clause: OtherNode | null;
  readonly cterecursive: boolean;
  readonly ctecoltypes: readonly number[] | null;
  readonly ctecoltypmods: readonly number[] | null;
};

export type FromExpr = {
  readonly node: 'FROMEXPR';
  readonly fromlist: readonly JoinTree[] | null;
  readonly quals: Expression | null;
};
export type RangeTblRef = { readonly node: 'RANGETBLREF'; readonly rtindex: number };
export type JoinExpr = {
  readonly node: 'JOINEXPR';
  /** 0 inner, 1 left, 2 full, 3 right. */
  readonly jointype: number;
  readonly larg: JoinTree;
  readonly rarg: JoinTree;
  readonly quals: Expression | null;
  readonly rtindex: number;
};
export type JoinTree = FromExpr | RangeTblRef | JoinExpr;

export type TargetEntry = {
  readonly node: 'TARGETENTRY';
  readonly expr: Expression;
  readonly resno: number;
  readonly resname: string | null;
  readonly ressortgroupref: number;
  readonly resjunk: boolean;
};

export type SortGroupClause = {
  readonly node: 'SORTGROUPCLAUSE';
  readonly tleSortGroupRef: number;
  readonly eqop: number;
  readonly sortop: number;
  readonly reverse_sort: boolean;
  readonly nulls_first: boolean;
};

export type GroupingSet = {
  readonly node: 'GROUPINGSET';
  /** 0 empty, 1 simple (content: sort-group refs), 2 rollup, 3 cube, 4 sets. */
  readonly kind: number;
  readonly content: readonly (GroupingSet | number)[] | null;
};

export type WindowClause = {
  readonly node: 'WINDOWCLAUSE';
  readonly partitionClause: readonly SortGroupClause[] | null;
  readonly orderClause: readonly SortGroupClause[] | null;
  readonly frameOptions: number;
  readonly startOffset: Expression | null;
  readonly endOffset: Expression | null;
  readonly winref: number;
};

export type SetOperation = {
  readonly node: 'SETOPERATIONSTMT';
  /** 1 UNION, 2 INTERSECT, 3 EXCEPT. */
  readonly op: number;
  readonly all: boolean;
  readonly larg: SetOperation | RangeTblRef;
  readonly rarg: SetOperation | RangeTblRef;
  readonly colTypes: readonly number[] | null;
  readonly colTypmods: readonly number[] | null;
};

export type MergeAction = {
  readonly node: 'MERGEACTION';
  /** 0 matched, 1 not matched by source, 2 not matched by target. */
  readonly matchKind: number;
  readonly commandType: 'update' | 'insert' | 'delete' | 'nothing';
  readonly qual: Expression | null;
  readonly targetList: readonly TargetEntry[] | null;
};

/** A node that no type here describes. */
export type OtherNode = {
  readonly node: string;
  readonly location?: number;
  readonly [field: string]: TreeValue | undefined;
};

export type TreeValue = null | boolean | number | string | Uint8Array | OtherNode | readonly TreeValue[];
