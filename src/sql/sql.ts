/**
 * Room `sql`: statements as text, pure. Splits a client's text into statements with Postgres' own grammar
 * (libpg-query), classifies them, names the relations they mention, and takes Iceberg's clauses (time travel,
 * PARTITION BY, WITH) out of the text before Postgres sees it. It guesses nothing: what the grammar does not say is
 * left to the analysis.
 *
 * Positions are 1-based code points of the client's whole text; an *OffsetMap* carries them back from rewritten text.
 */
import type { Node } from '@pgsql/types';

export type StatementKind = 'select' | 'insert' | 'update' | 'delete' | 'merge' | 'utility';

/** One statement of a client's text, ready for analysis. */
export type Statement = {
  /** What Postgres analyses: Iceberg's clauses taken out, time-travelled relations renamed. */
  readonly text: string;
  /** The client's own words for this statement, for logs and pg_stat_activity. */
  readonly clientText: string;
  readonly kind: StatementKind;
  /** libpg-query's raw parse tree of `text`, e.g. `{ SelectStmt: {...} }`; extension statements have none. */
  readonly node: Node;
  /** Every relation name mentioned outside CTE scopes, schema undefined where the text has none. */
  readonly relations: readonly RelationName[];
  readonly timeTravel: readonly TimeTravel[];
  /** PARTITION BY / WITH clauses of CREATE TABLE, and what ALTER TABLE has beyond Postgres. */
  readonly extension?: Extension;
  /** Maps a 1-based position in `text` to the client's whole text. */
  readonly toClientPosition: (position: number) => number;
};

export type RelationName = { readonly schema?: string; readonly name: string; readonly position: number };

/**
 * A relation reference read as of another snapshot. `placeholder` (unique in the text, needs no quotes) replaced its
 * whole name, schema included; `bindTimeTravel` puts the hidden relation's name in its place.
 */
export type TimeTravel = {
  readonly relation: RelationName;
  readonly placeholder: string;
  readonly target: TimeTravelTarget;
};

/**
 * `expression` is SQL text for Postgres to evaluate; it may hold parameters (which then need not occur in the
 * statement's text). A ref `of: 'any'` whose name is all digits is a snapshot id first.
 */
export type TimeTravelTarget =
  | { readonly kind: 'snapshot'; readonly id: bigint }
  | { readonly kind: 'ref'; readonly name: string; readonly of: 'branch' | 'tag' | 'any' }
  | { readonly kind: 'timestamp'; readonly expression: string; readonly position: number };

/** A transform as written: `day(ts)`, `bucket(16, id)`, `truncate(4, s)`, or a bare column (identity). */
export type TransformClause = {
  readonly transform: string;
  readonly argument?: number;
  readonly column: string;
  /** The partition field's own name, after AS. */
  readonly name?: string;
  readonly position: number;
};

/** A field of a sort order as written; Postgres' defaults (nulls sort as the largest) are written out. */
export type SortClause = TransformClause & {
  readonly direction: 'asc' | 'desc';
  readonly nullOrder: 'nulls-first' | 'nulls-last';
};

export type Extension =
  | {
      readonly kind: 'createTable';
      readonly partitionBy: readonly TransformClause[];
      readonly properties: ReadonlyMap<string, string>;
    }
  /** The commands that Postgres does not know. Each stands in the statement's text as `SET (bergwire_change = index)`. */
  | { readonly kind: 'alterTable'; readonly changes: readonly TableChange[] };

export type TableChange =
  | { readonly kind: 'addPartitionField'; readonly field: TransformClause }
  /** An identity transform names the field itself, or the column. */
  | { readonly kind: 'dropPartitionField'; readonly field: TransformClause }
  | { readonly kind: 'replacePartitionField'; readonly field: TransformClause; readonly by: TransformClause }
  | {
      readonly kind: 'writeOrder';
      /** Undefined leaves the sort order as it is; an empty one is unsorted. */
      readonly order?: readonly SortClause[];
      readonly distribution: 'none' | 'hash' | 'range';
    }
  | { readonly kind: 'setIdentifierFields' | 'dropIdentifierFields'; readonly columns: readonly TransformClause[] }
  | { readonly kind: 'setProperties'; readonly properties: ReadonlyMap<string, string> }
  | { readonly kind: 'removeProperties'; readonly keys: readonly string[] };
