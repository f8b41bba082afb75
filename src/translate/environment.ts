import type { Field } from '../pgtype/pgtype.ts';
import type { MirroredRelation } from './translate.ts';

/** What a translation depends on besides the tree. */
export type Environment = {
  /** The table that a relation of the mirror stands for; undefined for Postgres' own relations. */
  readonly relation: (oid: number) => MirroredRelation | undefined;
  /** RowDescription; null where the statement returns no rows. */
  readonly fields: readonly Field[] | null;
  /**
   * Digits after the point of numeric parameters, by number, where the translation is made for bound values. Others
   * are computed with up to 20 digits after the point.
   */
  readonly numericScales?: ReadonlyMap<number, number>;
  /** The analysed text: positions of errors are then counted in characters; without it they count bytes. */
  readonly text?: string;
  /** Signatures of functions that are not built in, such as those the gateway declares itself. */
  readonly functionSignature?: (oid: number) => string | undefined;
  /** The session prints dates, intervals, floats or bytea otherwise than by default: text made of them is refused. */
  readonly customText?: boolean;
};
