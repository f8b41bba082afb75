import type { Plan } from './plan.ts';

/** A prepared statement under its name. */
export type StoredStatement = {
  /** Null for a text without a statement. */
  readonly plan: Plan | null;
  /** The client's text that made it. */
  readonly text: string;
  readonly preparedAtMs: number;
  /** By PREPARE; else by the protocol. */
  readonly isFromSql: boolean;
};
