import type { Query, SortGroupClause, TargetEntry } from './tree.ts';

/** Expression nodes (nodes/primnodes.h) by their `node` tag; `location` is a byte offset into the text, -1 unknown. */
export type Expression =
  | NextValueExpr
  | Var
  | Const
  | Param
  | FuncExpr
  | OpExpr
  | Aggref
  | WindowFunc
  | GroupingFunc
  | SubLink
  | BoolExpr
  | CaseExpr
  | CaseTestExpr
  | CoalesceExpr
  | MinMaxExpr
  | NullTest
  | BooleanTest
  | ScalarArrayOpExpr
  | ArrayExpr
  | RowExpr
  | RowCompareExpr
  | RelabelType
  | CoerceViaIO
  | ArrayCoerceExpr
  | CollateExpr
  | FieldSelect
  | SubscriptingRef
  | SqlValueFunction
  | SetToDefault
  | MergeSupportFunc
  | ReturningExpr;

type Located = { readonly location: number };

export type Var = Located & {
  readonly node: 'VAR';
  readonly varno: number;
  /** 0 is the whole row, negative a system column. */
  readonly varattno: number;
  readonly vartype: number;
  readonly vartypmod: number;
  readonly varcollid: number;
  readonly varlevelsup: number;
  /** 0 default, 1 OLD, 2 NEW. */
  readonly varreturningtype: number;
};

export type Const = Located & {
  readonly node: 'CONST';
  readonly consttype: number;
  readonly consttypmod: number;
  readonly constcollid: number;
  readonly constlen: number;
  readonly constisnull: boolean;
  readonly constvalue: Uint8Array | null;
};

/** The next value of an identity column's sequence. */
export type NextValueExpr = {
  readonly node: 'NEXTVALUEEXPR';
  readonly location?: number;
  readonly seqid: number;
  readonly typeId: number;
};

export type Param = Located & {
  readonly node: 'PARAM';
  /** 0 the client's, 2 a column of the subselect, 3 of a multi-column assignment. */
  readonly paramkind: number;
  readonly paramid: number;
  readonly paramtype: number;
  readonly paramtypmod: number;
};

export type FuncExpr = Located & {
  readonly node: 'FUNCEXPR';
  readonly funcid: number;
  readonly funcresulttype: number;
  readonly funcretset: boolean;
  readonly funcvariadic: boolean;
  /** CoercionForm: 1 an explicit cast, 2 an implicit one. */
  readonly funcformat: number;
  readonly inputcollid: number;
  readonly args: readonly Expression[] | null;
};

/** DISTINCTEXPR is IS DISTINCT FROM, NULLIFEXPR is NULLIF; opfuncid is the function of `=` in both. */
export type OpExpr = Located & {
  readonly node: 'OPEXPR' | 'DISTINCTEXPR' | 'NULLIFEXPR';
  readonly opno: number;
  readonly opfuncid: number;
  readonly opresulttype: number;
  readonly inputcollid: number;
  readonly args: readonly Expression[];
};

export type Aggref = Located & {
  readonly node: 'AGGREF';
  readonly aggfnoid: number;
  readonly aggtype: number;
  readonly inputcollid: number;
  readonly aggdirectargs: readonly Expression[] | null;
  readonly args: readonly TargetEntry[] | null;
  readonly aggorder: readonly SortGroupClause[] | null;
  readonly aggdistinct: readonly SortGroupClause[] | null;
  readonly aggfilter: Expression | null;
  readonly aggstar: boolean;
  readonly aggvariadic: boolean;
  /** n normal, o ordered set, h hypothetical set. */
  readonly aggkind: string;
  readonly agglevelsup: number;
};

export type WindowFunc = Located & {
  readonly node: 'WINDOWFUNC';
  readonly winfnoid: number;
  readonly wintype: number;
  readonly inputcollid: number;
  readonly args: readonly Expression[] | null;
  readonly aggfilter: Expression | null;
  readonly winref: number;
  readonly winstar: boolean;
  readonly winagg: boolean;
};

export type GroupingFunc = Located & {
  readonly node: 'GROUPINGFUNC';
  readonly args: readonly Expression[] | null;
  readonly agglevelsup: number;
};

export type SubLink = Located & {
  readonly node: 'SUBLINK';
  /** 0 EXISTS, 1 ALL, 2 ANY, 3 row comparison, 4 scalar, 5 multi-column assignment, 6 ARRAY. */
  readonly subLinkType: number;
  readonly subLinkId: number;
  readonly testexpr: Expression | null;
  readonly subselect: Query;
};

export type BoolExpr = Located & {
  readonly node: 'BOOLEXPR';
  readonly boolop: 'and' | 'or' | 'not';
  readonly args: readonly Expression[];
};

export type CaseExpr = Located & {
  readonly node: 'CASEEXPR';
  readonly casetype: number;
  readonly arg: Expression | null;
  readonly args: readonly { readonly node: 'CASEWHEN'; readonly expr: Expression; readonly result: Expression }[];
  readonly defresult: Expression | null;
};
export type CaseTestExpr = { readonly node: 'CASETESTEXPR'; readonly typeId: number; readonly location?: number };

export type CoalesceExpr = Located & {
  readonly node: 'COALESCEEXPR';
  readonly coalescetype: number;
  readonly args: readonly Expression[];
};
export type MinMaxExpr = Located & {
  readonly node: 'MINMAXEXPR';
  readonly minmaxtype: number;
  readonly inputcollid: number;
  /** 0 GREATEST, 1 LEAST. */
  readonly op: number;
  readonly args: readonly Expression[];
};
export type NullTest = Located & {
  readonly node: 'NULLTEST';
  readonly arg: Expression;
  /** 0 IS NULL, 1 IS NOT NULL. */
  readonly nulltesttype: number;
  readonly argisrow: boolean;
};
export type BooleanTest = Located & {
  readonly node: 'BOOLEANTEST';
  readonly arg: Expression;
  /** IS 0 TRUE, 1 NOT TRUE, 2 FALSE, 3 NOT FALSE, 4 UNKNOWN, 5 NOT UNKNOWN. */
  readonly booltesttype: number;
};
export type ScalarArrayOpExpr = Located & {
  readonly node: 'SCALARARRAYOPEXPR';
  readonly opno: number;
  readonly opfuncid: number;
  /** ANY, else ALL. */
  readonly useOr: boolean;
  readonly inputcollid: number;
  readonly args: readonly [Expression, Expression];
};
export type ArrayExpr = Located & {
  readonly node: 'ARRAYEXPR';
  readonly array_typeid: number;
  readonly element_typeid: number;
  readonly elements: readonly Expression[] | null;
  readonly multidims: boolean;
};
export type RowExpr = Located & {
  readonly node: 'ROWEXPR';
  readonly args: readonly Expression[] | null;
  readonly row_typeid: number;
};
export type RowCompareExpr = {
  readonly node: 'ROWCOMPAREEXPR';
  readonly location?: number;
  /** 1 <, 2 <=, 4 >=, 5 >. */
  readonly cmptype: number;
  readonly opnos: readonly number[];
  readonly inputcollids: readonly number[];
  readonly largs: readonly Expression[];
  readonly rargs: readonly Expression[];
};
export type RelabelType = Located & {
  readonly node: 'RELABELTYPE';
  readonly arg: Expression;
  readonly resulttype: number;
  readonly resulttypmod: number;
};
export type CoerceViaIO = Located & {
  readonly node: 'COERCEVIAIO';
  readonly arg: Expression;
  readonly resulttype: number;
};
export type ArrayCoerceExpr = Located & {
  readonly node: 'ARRAYCOERCEEXPR';
  readonly arg: Expression;
  readonly elemexpr: Expression;
  readonly resulttype: number;
  readonly resulttypmod: number;
};
export type CollateExpr = Located & {
  readonly node: 'COLLATEEXPR';
  readonly arg: Expression;
  readonly collOid: number;
};
export type FieldSelect = {
  readonly node: 'FIELDSELECT';
  readonly location?: number;
  readonly arg: Expression;
  /** 1-based. */
  readonly fieldnum: number;
  readonly resulttype: number;
  readonly resulttypmod: number;
};
export type SubscriptingRef = {
  readonly node: 'SUBSCRIPTINGREF';
  readonly location?: number;
  readonly refcontainertype: number;
  readonly refrestype: number;
  readonly reftypmod: number;
  readonly refupperindexpr: readonly (Expression | null)[] | null;
  readonly reflowerindexpr: readonly (Expression | null)[] | null;
  readonly refexpr: Expression;
  readonly refassgnexpr: Expression | null;
};
export type SqlValueFunction = Located & {
  readonly node: 'SQLVALUEFUNCTION';
  readonly op: number;
  readonly type: number;
  readonly typmod: number;
};
export type SetToDefault = Located & {
  readonly node: 'SETTODEFAULT';
  readonly typeId: number;
  readonly typeMod: number;
};
export type MergeSupportFunc = Located & { readonly node: 'MERGESUPPORTFUNC'; readonly msftype: number };
export type ReturningExpr = {
  readonly node: 'RETURNINGEXPR';
  readonly location?: number;
  readonly retlevelsup: number;
  /** Of OLD, else of NEW. */
  readonly retold: boolean;
  readonly retexpr: Expression;
};
