import type { ResultEncoding } from '../pgtype/pgtype.ts';
import type { Predicate } from '../plan/plan.ts';
import { columnsRead } from '../tree/columns-read.ts';
import { treeNodes } from '../tree/tree-nodes.ts';
import type { Query, RangeTblEntry } from '../tree/tree.ts';
import { RTE } from '../tree/tree.ts';
import type { Environment } from './environment.ts';
import { unsupported } from './errors.ts';
import { filterSql } from './filter-sql.ts';
import { addPredicates } from './prune/add-predicates.ts';
import { settleParameters } from './settle-parameters.ts';
import { loaded } from './stored-form.ts';
import { leavingLayout, openStatement, translating } from './translate-query.ts';
import { mirroredColumn, storedColumn } from './translate-range-entry.ts';
import { scanMarker } from './translate.ts';
import type { EngineParameter, MirroredColumn, MirroredRelation, PredicateTemplate, ScanRequest } from './translate.ts';

/** What a statement reads of its relations, each of them once: rows and columns that suffice to answer it. */
export type RelationCopies = {
  readonly copies: readonly RelationCopy[];
  /** What the scans' predicates are bound to. */
  readonly parameters: readonly EngineParameter[];
  readonly change?: ChangedRelation;
};

export type RelationCopy = {
  readonly relation: MirroredRelation;
  readonly scan: ScanRequest;
  /** The copied columns. */
  readonly columns: readonly MirroredColumn[];
  /** How each of them is read from the rows of `copySql`. */
  readonly encodings: readonly ResultEncoding[];
};

/** What a data-modifying statement changes. */
export type ChangedRelation = {
  readonly relation: MirroredRelation;
  /** Index of the copy of its rows, all columns; undefined where none of them can be changed and none is read. */
  readonly copy: number | undefined;
};

/** Undefined where a statement reads what no copy has: system columns, columns of types that Postgres lacks. */
export function relationCopies(query: Query, environment: Environment): RelationCopies | undefined {
  return translating(environment, () => {
    const copies: RelationCopy[] = [];
    const predicates = new Map<number, PredicateTemplate>();
    const statement = openStatement(environment);
    const sampled = new Set<number>();
    const target = targetOf(query);
    for (const entry of relationEntries(query)) {
      const relation = environment.relation(entry.relid ?? 0);
      if (relation !== undefined) statement.addScan(relation, entry);
      if (entry.tablesample) sampled.add(entry.relid ?? 0);
    }
    addPredicates(query, statement);
    for (const { relation, predicate } of statement.scans())
      predicates.set(relation.oid, either(predicates.get(relation.oid), predicate));
    for (const [oid, attnums] of columnsRead(query)) {
      const relation = environment.relation(oid);
      if (relation === undefined) continue;
      const isChanged = oid === target && query.commandType !== 'insert';
      // Where nothing but INSERT names it, its rows do not matter.
      if (oid === target && !isChanged && statement.scans().filter((scan) => scan.relation.oid === oid).length === 1)
        continue;
      const columns = copiedColumns(relation, isChanged ? new Set([WHOLE_ROW]) : attnums);
      if (columns === undefined) return undefined;
      // A sample is taken of all rows.
      const predicate = sampled.has(oid) ? ({ kind: 'true' } as const) : predicates.get(oid)!;
      copies.push(relationCopy(relation, columns, predicate, isChanged));
    }
    const scans = copies.map(({ scan }) => scan);
    const settled = settleParameters('', scans, statement.parameters());
    const changed = target === undefined ? undefined : environment.relation(target);
    const place = copies.findIndex(({ scan }) => scan.positions);
    return {
      ...(changed !== undefined && { change: { relation: changed, copy: place < 0 ? undefined : place } }),
      copies: copies.map((copy, index) => ({ ...copy, scan: settled.scans[index]! })),
      parameters: settled.parameters,
    };
  });
}

/** A whole relation, which the statement does not name itself. */
export function wholeCopy(relation: MirroredRelation): RelationCopy {
  const columns = copiedColumns(relation, new Set([WHOLE_ROW]));
  if (columns === undefined) throw unsupported(`reading table "${relation.name}" in a function`);
  return relationCopy(relation, columns, { kind: 'true' });
}

/**
 * The rows of a copy that may match `predicate`, at most `limitRows`; the scan's marker is that of scan 0. Where the scan
 * has positions, these come first.
 */
export function copySql({ relation, columns, scan }: RelationCopy, predicate: Predicate, limitRows: number): string {
  const filter = filterSql(predicate, relation, 's');
  const { items } = layout(columns);
  const where = filter === undefined ? '' : ` WHERE ${filter}`;
  const positions = scan.positions ? ['s.row_file', 's.row_position'] : [];
  return `SELECT ${[...positions, ...items].join(', ')} FROM ${scanMarker(0)} AS s${where} LIMIT ${limitRows}`;
}

const WHOLE_ROW = 0;
/** Known without a copy: oids are the same everywhere. */
const TABLE_OID = -6;

function relationCopy(
  relation: MirroredRelation,
  columns: readonly MirroredColumn[],
  predicate: PredicateTemplate,
  positions = false,
): RelationCopy {
  const attnums = columns.map(({ attnum }) => attnum);
  return {
    relation,
    columns,
    scan: { relation, attnums, positions, predicate },
    encodings: layout(columns).encodings,
  };
}

function layout(columns: readonly MirroredColumn[]): ReturnType<typeof leavingLayout> {
  const values = columns.map((column) => ({
    ...mirroredColumn(column),
    sql: loaded(`s.c${column.attnum}`, storedColumn(column)),
  }));
  return leavingLayout(values, false);
}

/** Rows that are only counted have a column all the same. */
function copiedColumns(
  relation: MirroredRelation,
  attnums: ReadonlySet<number>,
): readonly MirroredColumn[] | undefined {
  const live = relation.columns.filter((column) => column !== undefined);
  const isWhole = attnums.has(WHOLE_ROW);
  if ([...attnums].some((attnum) => attnum < 0 && attnum !== TABLE_OID)) return undefined;
  const read = isWhole ? live : live.filter(({ attnum }) => attnums.has(attnum));
  const copied = read.length > 0 ? read : live.filter(({ unsupported }) => unsupported === undefined).slice(0, 1);
  return copied.length === 0 || copied.some(({ unsupported }) => unsupported !== undefined) ? undefined : copied;
}

function targetOf({ commandType, resultRelation, rtable }: Query): number | undefined {
  return commandType === 'select' ? undefined : rtable?.[resultRelation - 1]?.relid;
}

function* relationEntries(query: Query): Generator<RangeTblEntry, void, undefined> {
  for (const node of treeNodes(query))
    if (node['node'] === 'RANGETBLENTRY' && node['rtekind'] === RTE.relation) yield node as unknown as RangeTblEntry;
}

function either(one: PredicateTemplate | undefined, other: PredicateTemplate): PredicateTemplate {
  if (one === undefined) return other;
  if (one.kind === 'true' || other.kind === 'true') return { kind: 'true' };
  return { kind: 'or', of: [one, other] };
}
