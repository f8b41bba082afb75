import type { NoticeFields } from './postgres.ts';

/** A table as Postgres defines it: its verdict on CREATE TABLE or ALTER TABLE. */
export type TableDefinition = {
  readonly columns: readonly ColumnDefinition[];
  readonly checks: readonly CheckDefinition[];
  readonly primaryKey?: PrimaryKeyDefinition;
  /** What Postgres said besides. */
  readonly notices?: readonly NoticeFields[];
};

export type ColumnDefinition = {
  readonly name: string;
  readonly typeOid: number;
  readonly typmod: number;
  readonly notNull: boolean;
  /** The mirror's attribute number, which ALTER TABLE keeps. */
  readonly attnum?: number;
  /** The default as SQL text, names qualified; absent without one. */
  readonly defaultSql?: string;
  /** Of an array declared with several. */
  readonly dimensions?: number;
  /** As format_type prints it, `[]` once a dimension, where the Iceberg type keeps less: `character varying(20)`. */
  readonly declaredType?: string;
  /** `GENERATED ... AS IDENTITY (...)`, all options of its sequence written out. */
  readonly identity?: string;
  /** The default is the expression of a generated column. */
  readonly isGenerated?: boolean;
  readonly comment?: string;
};

export type CheckDefinition = {
  readonly name: string;
  /** The condition as SQL text, names qualified. */
  readonly sql: string;
  /** NOT VALID: rows from before it was added may break it. */
  readonly isNotValid?: true;
};

export type PrimaryKeyDefinition = { readonly name: string; readonly columns: readonly string[] };
