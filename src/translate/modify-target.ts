import type { Expression, SubLink } from '../tree/expression.ts';
import type { Query, TargetEntry } from '../tree/tree.ts';
import { arrayDepth, isEmptyArray } from './array-depth.ts';
import { OID, elementOidOf } from '../pgtype/oid.ts';
import { numericText } from './function/text-output.ts';
import { isNumericText, textAsDecimal, textForm } from './numeric-text.ts';
import { unsupported } from './errors.ts';
import { castDecimal } from './unified-decimal.ts';
import { duckdbType } from './function/duckdb-type.ts';
import { mirroredColumn, openScan, scanEntry, storedColumn } from './translate-range-entry.ts';
import { loaded, stored } from './stored-form.ts';
import type { Entry, Scope, Value } from './scope.ts';
import type { OpenScan } from './statement.ts';
import type { MirroredColumn, MirroredRelation } from './translate.ts';

/** The table that a statement changes. */
export type ModifyTarget = {
  readonly relation: MirroredRelation;
  readonly rtindex: number;
  /** In FROM. */
  readonly alias: string;
  /** Undefined for INSERT, which reads nothing of it. */
  readonly scan: OpenScan | undefined;
  /** Live columns. */
  readonly columns: readonly MirroredColumn[];
  /**
   * Whether new values are computed in a stage of their own: DuckDB lets a select list use its own aliases, but not of
   * items that hold subqueries.
   */
  readonly staged: boolean;
};

/** One row per action, before its columns are chosen. */
export type ActionRows = {
  /** SQL of the action's code: 1 insert, 2 update, 3 delete. */
  readonly action: string;
  readonly positions: { readonly file: string; readonly position: string };
  /** The new row's value of a column, already of the column's type. */
  readonly newValue: (column: MirroredColumn) => string;
  /** Where the items of the select list are translated. */
  readonly scope: Scope;
  readonly from: readonly string[];
  readonly where: string;
  /** MERGE: SQL of the action that is chosen, as `chosen`. */
  readonly chosen?: string;
};

/** Registers the target with the scope, as FROM would. */
export function modifyTarget(scope: Scope): ModifyTarget {
  const { query } = scope;
  const entry = query.rtable?.[query.resultRelation - 1];
  if (entry === undefined) throw new Error('the tree has no target');
  const alias = `t${scope.number}_${query.resultRelation}`;
  const reads = query.commandType !== 'insert';
  const relation = scope.statement.environment.relation(entry.relid ?? 0);
  if (relation === undefined) throw unsupported(`writing to ${entry.eref.aliasname}, which is no table`);
  const columns = relation.columns.filter((column) => column !== undefined);
  const staged = query.hasSubLinks;
  if (!reads) return { relation, rtindex: query.resultRelation, alias, scan: undefined, columns, staged };
  if ((entry.securityQuals ?? []).length > 0) throw unsupported('writing to a table with row policies');
  const scan = openScan(entry, scope);
  scan.positions = true;
  scope.entries.set(query.resultRelation, scanEntry(scan, alias));
  return { relation, rtindex: query.resultRelation, alias, scan, columns, staged };
}

/** The statement of all actions: `action`, `row_file`, `row_position`, `n<attnum>` and what RETURNING adds. */
export function actionSql(rows: ActionRows, target: ModifyTarget, returned: readonly string[]): string {
  const fresh = target.columns.map((column) => `${rows.newValue(column)} AS n${column.attnum}`);
  const shown = target.columns.map(({ attnum }) => `m.n${attnum} AS n${attnum}`);
  const from = [...rows.from];
  // New values are computed of the rows that WHERE keeps only: a subquery may fail for others.
  const isFiltered = target.staged && rows.where !== '' && fresh.some((value) => value.includes('SELECT'));
  if (isFiltered) from.push(`LATERAL (SELECT 1 AS kept${rows.where}) AS w`);
  if (target.staged && rows.chosen !== undefined) from.push(`LATERAL (SELECT ${rows.chosen} AS chosen) AS k`);
  if (target.staged) from.push(`LATERAL (SELECT ${fresh.join(', ')}) AS m`);
  const items = [
    ...(rows.chosen !== undefined && !target.staged ? [`${rows.chosen} AS chosen`] : []),
    `CAST(${rows.action} AS TINYINT) AS action`,
    `CAST(${rows.positions.file} AS UBIGINT) AS row_file`,
    `CAST(${rows.positions.position} AS BIGINT) AS row_position`,
    ...(target.staged ? shown : fresh),
    ...returned,
  ];
  const source = from.length === 0 ? '' : ` FROM ${from.join(', ')}`;
  const sql = `SELECT ${items.join(', ')}${source}${isFiltered ? '' : rows.where}`;
  if (rows.chosen === undefined) return sql;
  return `SELECT *${target.staged ? '' : ' EXCLUDE (chosen)'} FROM (${sql}) AS a WHERE action IS NOT NULL`;
}

/** How the chosen action and a column's new value are named by what comes after them. */
export function chosenName(target: ModifyTarget): string {
  return target.staged ? 'k.chosen' : 'chosen';
}

function freshName(target: ModifyTarget, attno: number): string {
  return target.staged ? `m.n${attno}` : `n${attno}`;
}

/** The column's value that a target list assigns; undefined where it does not. */
export function assignedValue(
  targets: readonly TargetEntry[] | null,
  column: MirroredColumn,
  scope: Scope,
): string | undefined {
  const target = targets?.find(({ resno, resjunk }) => resno === column.attnum && !resjunk);
  if (target === undefined) return undefined;
  if (target.expr.node === 'SETTODEFAULT') return nullOf(column);
  return asColumn(scope.statement.recursion.expression(target.expr, scope), column);
}

export function nullOf(column: MirroredColumn): string {
  const type = columnType(column);
  return stored(type === undefined ? 'NULL' : `CAST(NULL AS ${type})`, storedColumn(column));
}

/** What the target's row holds already, as it is stored. */
export function keptValue(target: ModifyTarget, column: MirroredColumn): string {
  target.scan?.attnums.add(column.attnum);
  return `${target.alias}.c${column.attnum}`;
}

/** As it is stored. */
function asColumn(value: Value, column: MirroredColumn): string {
  return stored(typedAs(value, column), storedColumn(column));
}

function typedAs(value: Value, column: MirroredColumn): string {
  const { decimal } = mirroredColumn(column);
  if (isNumericText(mirroredColumn(column))) return textForm(value);
  // What Postgres computed is rounded to the column's scale.
  if (decimal !== undefined)
    return isNumericText(value) ? textAsDecimal(value.sql, decimal) : castDecimal(value, decimal);
  const depth = arrayDepth(mirroredColumn(column));
  if (depth !== arrayDepth(value) && !isEmptyArray(value)) return redimensioned(value, column, depth);
  if (elementOidOf(column.typeOid) === OID.numeric) return numericList(value, column);
  if (value.nested !== undefined && typeof value.nested === 'object') return value.sql;
  const type = columnType(column);
  return type === undefined ? value.sql : `CAST(${value.sql} AS ${type})`;
}

/** A parameter has the dimensions of the column, or the engine refuses it when running. */
function redimensioned({ parameter }: Value, column: MirroredColumn, depth: number): string {
  const type = columnType(column);
  if (parameter !== undefined && type !== undefined) return `CAST(${parameter} AS ${type})`;
  throw unsupported(
    `an array of another number of dimensions in column "${column.field.name}", which has ${depth}`,
    undefined,
    'Declare the column with as many pairs of brackets as its arrays have dimensions, e.g. integer[][].',
  );
}

/** Elements as the column has them: text, or decimals of one scale. */
function numericList(value: Value, column: MirroredColumn): string {
  const to = elementOf(column.field.type);
  const from = elementOf(value.nested);
  if (typeof to === 'object' && to.kind === 'decimal')
    return `CAST(${value.sql} AS DECIMAL(${to.precision},${to.scale})[])`;
  if (from === 'string' || value.constant === null) return `CAST(${value.sql} AS VARCHAR[])`;
  if (typeof from !== 'object' || from.kind !== 'decimal') throw unsupported('this array of numerics');
  const text = numericText('e', { ...from, displayScale: from.scale });
  return `list_transform(${value.sql}, lambda e: ${text})`;
}

function elementOf(type: Value['nested']): Value['nested'] {
  return typeof type === 'object' && type.kind === 'list' ? type.element : undefined;
}

function columnType(column: MirroredColumn): string | undefined {
  const { decimal } = mirroredColumn(column);
  if (isNumericText(mirroredColumn(column))) return 'VARCHAR';
  if (elementOidOf(column.typeOid) === OID.numeric) {
    const element = elementOf(column.field.type);
    const isDecimal = typeof element === 'object' && element.kind === 'decimal';
    return isDecimal ? `DECIMAL(${element.precision},${element.scale})[]` : 'VARCHAR[]';
  }
  const further = '[]'.repeat(Math.max(0, arrayDepth(mirroredColumn(column)) - 1));
  const type = duckdbType(column.typeOid);
  if (type !== undefined) return type + further;
  return decimal === undefined ? undefined : `DECIMAL(${decimal.precision},${decimal.scale})`;
}

/** RETURNING sees the new row (of a DELETE the old one), and OLD and NEW by name. */
export function returningScope(target: ModifyTarget, scope: Scope): Scope {
  const { commandType } = scope.query;
  const returned = (attno: number, sql: string): Value => {
    const column = columnAt(target, attno);
    return { ...mirroredColumn(column), sql: loaded(sql, storedColumn(column)) };
  };
  const absent: Entry = { column: (attno) => returned(attno, nullOf(columnAt(target, attno))) };
  const fresh: Entry = { column: (attno) => returned(attno, freshName(target, attno)) };
  const old = target.scan === undefined ? absent : scanEntry(target.scan, target.alias);
  const merged: Entry = {
    column(attno, location) {
      const before = old.column(attno, location);
      return {
        ...before,
        sql: `(CASE WHEN action = 3 THEN ${before.sql} ELSE ${fresh.column(attno, location).sql} END)`,
      };
    },
  };
  const current = commandType === 'delete' ? old : commandType === 'merge' ? merged : fresh;
  const entries = new Map(scope.entries).set(target.rtindex, current);
  const none = commandType === 'delete' ? absent : fresh;
  return {
    ...scope,
    entries,
    returning: { target: target.rtindex, old, new: none },
    mergeAction: `(CASE action WHEN 1 THEN 'INSERT' WHEN 2 THEN 'UPDATE' ELSE 'DELETE' END)`,
  };
}

function columnAt(target: ModifyTarget, attno: number): MirroredColumn {
  const column = target.relation.columns[attno - 1];
  if (column === undefined) throw unsupported('a system column');
  return column;
}

/** `SET (a, b) = (SELECT ...)`: each column by a subquery of its own; PARAM kind 3 holds sublink id and column. */
export function multiAssignments(query: Query): (paramid: number) => Expression | undefined {
  const lists = [query.targetList, ...(query.mergeActionList ?? []).map(({ targetList }) => targetList)];
  const links = new Map<number, SubLink>();
  for (const target of lists.flatMap((list) => list ?? []))
    if (target.expr.node === 'SUBLINK' && target.expr.subLinkType === 5) links.set(target.expr.subLinkId, target.expr);
  return (paramid) => {
    const link = links.get(paramid >> 16);
    if (link === undefined) return undefined;
    const { subselect } = link;
    if (subselect.distinctClause !== null || subselect.setOperations !== null)
      throw unsupported('DISTINCT and set operations in a multi-column assignment', link.location);
    const column = paramid & 0xffff;
    const kept = (subselect.targetList ?? []).flatMap((target): TargetEntry[] => {
      if (target.resno === column) return [{ ...target, resno: 1, resjunk: false }];
      return target.ressortgroupref > 0 ? [{ ...target, resno: target.resno + 1, resjunk: true }] : [];
    });
    return { ...link, subLinkType: 4, subselect: { ...subselect, targetList: kept } };
  };
}
