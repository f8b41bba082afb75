/**
 * Room `translate`: the analysed tree becomes DuckDB SQL, pure. A whitelist by oid: a node, function, operator,
 * aggregate or cast without a certified translation is 0A000 with a HINT naming it, never passed through by name.
 * Generated SQL names columns by position, never by the user's names. Scans are left as markers (`scanMarker(i)`),
 * which `query` replaces by the engine's SQL for the planned files; so a translation can be cached while snapshots
 * move on.
 */
import type { Comparison, Predicate } from '../plan/plan.ts';
import type { PgValue, ResultEncoding } from '../pgtype/pgtype.ts';
import type { NestedField } from '../iceberg/iceberg.ts';

/** A relation of the mirror that stands for an Iceberg table (or one schema of it, for time travel). */
export type MirroredRelation = {
  readonly oid: number;
  readonly namespace: readonly string[];
  readonly name: string;
  /** Postgres schema and relation name in the mirror. */
  readonly schemaName: string;
  readonly relationName: string;
  readonly schemaId: number;
  /** By attnum - 1, dropped attributes undefined. */
  readonly columns: readonly (MirroredColumn | undefined)[];
};

export type MirroredColumn = {
  readonly attnum: number;
  readonly field: NestedField;
  readonly typeOid: number;
  readonly typmod: number;
  /** The Iceberg type inside that Postgres cannot hold (`variant`): the column is listed, the table not readable. */
  readonly unsupported?: string;
};

/** A predicate whose literals may still be parameters of the statement. */
export type PredicateTemplate =
  | { readonly kind: 'and' | 'or'; readonly of: readonly PredicateTemplate[] }
  | { readonly kind: 'not'; readonly of: PredicateTemplate }
  | { readonly kind: 'compare'; readonly field: number; readonly op: Comparison; readonly operand: Operand }
  | { readonly kind: 'in'; readonly field: number; readonly operands: readonly Operand[] }
  | { readonly kind: 'startsWith'; readonly field: number; readonly prefix: Operand }
  | { readonly kind: 'isNull' | 'isNotNull'; readonly field: number }
  | Extract<Predicate, { kind: 'true' | 'false' }>;

/** A Postgres value of type `typeOid`, or the engine parameter (index into Translation.parameters) that holds it. */
export type Operand =
  | { readonly value: PgValue; readonly typeOid: number }
  | { readonly parameter: number; readonly typeOid: number };

/** One relation the engine must scan. Its marker in the SQL stands for a parenthesised subquery with columns
 * `c<attnum>` for each of `attnums`, and with `row_file` (UBIGINT index into the plan's files) and `row_position`
 * (BIGINT) where `positions` is set. */
export type ScanRequest = {
  readonly relation: MirroredRelation;
  readonly attnums: readonly number[];
  readonly positions: boolean;
  readonly predicate: PredicateTemplate;
  /** `FOR UPDATE` and the like: others must not change the rows before the transaction commits. */
  readonly lock?: string;
  /** Target of a DELETE: what holds of every row that stays; a file that has none such loses all its rows. */
  readonly keeps?: PredicateTemplate;
};

/** Where engine parameter `$i` (1-based, index i - 1) comes from. */
export type EngineParameter =
  /** The client's parameter, 1-based. */
  | { readonly kind: 'client'; readonly number: number; readonly typeOid: number }
  /** A Postgres expression without columns that the embedded Postgres evaluates before execution; it may hold the
   * client's parameters as `$n`. Immutable ones may be cached with the translation. */
  | {
      readonly kind: 'evaluate';
      readonly sql: string;
      readonly typeOid: number;
      readonly volatility: 'immutable' | 'stable';
    };

export type Translation = {
  readonly sql: string;
  readonly scans: readonly ScanRequest[];
  readonly parameters: readonly EngineParameter[];
  /** Output columns in order, as many as RowDescription has fields. */
  readonly columns: readonly ResultEncoding[];
  /** What runs before; see WithStep. */
  readonly steps?: readonly WithStep[];
};

/**
 * A table of a WITH that changes rows: it is computed once, as the engine's temp table `table`, before what names it.
 * A change's rows of RETURNING are the columns c1, c2, ... of its actions.
 */
export type WithStep = { readonly table: string } & (
  | ({ readonly kind: 'rows' } & Pick<Translation, 'sql' | 'scans' | 'parameters'>)
  | { readonly kind: 'change'; readonly change: ModifyTranslation }
);

/**
 * INSERT, UPDATE, DELETE and MERGE: `sql` computes one row per action, kept by the engine as a temp table:
 * `action` (TINYINT: 1 insert, 2 update, 3 delete; rows without effect are left out), `row_file`, `row_position`
 * (null for inserts), `n<attnum>` the new row's columns (all live attnums; null for deletes), and `r<i>` (0-based)
 * what RETURNING's encodings need. At most one action row per target row, else 21000 (for UPDATE ... FROM any one).
 */
export type ModifyTranslation = Omit<Translation, 'columns'> & {
  readonly command: 'insert' | 'update' | 'delete' | 'merge';
  readonly target: MirroredRelation;
  /** Index into scans of the target's scan; undefined for a plain INSERT. */
  readonly targetScan?: number;
  /** Sequences of the mirror, by oid, whose next values the rows take: `engineSequence` must stand for them. */
  readonly sequences: readonly number[];
  /** Duplicate (row_file, row_position) pairs are an error (MERGE) or reduced to one (UPDATE, DELETE). */
  readonly duplicates: 'error' | 'reduce';
  readonly returning?: readonly ResultEncoding[];
  /** How many columns `r<i>` there are. */
  readonly returningWidth?: number;
  /** ON CONFLICT DO NOTHING of any key: there must be none. */
  readonly skipsConflicts?: boolean;
  /** In WITH: its rows are read by others. */
  readonly returnsToOthers?: boolean;
};

/** The name of the engine's own sequence that stands for one of the mirror, by its oid. */
export function engineSequence(oid: number): string {
  return `temp.main.bergwire_sequence_${oid}`;
}

/** The marker of scan `index` in a translation's SQL. */
export function scanMarker(index: number): string {
  return `"$scan${index}$"`;
}
