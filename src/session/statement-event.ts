import type { ExecutionFigures } from '../query/query.ts';

/** One statement that ended, for logs and metrics. */
export type StatementEvent = {
  /** Also in DETAIL of errors XX000. */
  readonly queryId: string;
  readonly processId: number;
  readonly database: string;
  readonly role: string;
  /** The client's own words. */
  readonly text: string;
  readonly durationMs: number;
  readonly rowCount: number;
  /** Null where it failed. */
  readonly tag: string | null;
  /** 00000 where it did not. */
  readonly sqlstate: string;
  /** Null where nothing was executed. */
  readonly figures: ExecutionFigures | null;
  /** What was thrown, where the statement failed. */
  readonly error?: unknown;
};
