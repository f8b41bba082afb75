import type { BoundParameters, Execution } from '../query/query.ts';
import type { CursorRows } from './cursor-rows.ts';
import type { Plan } from './plan.ts';
import { NO_FIGURES } from './plan.ts';
import { RunningStatement } from './running-statement.ts';

/** A statement with its parameters, started by its first Execute and pulled by the others; or a cursor. */
export class Portal {
  readonly name: string;
  /** Null for a text without a statement. */
  readonly plan: Plan | null;
  readonly parameters: BoundParameters;
  /** One per field. */
  readonly formats: readonly (0 | 1)[];
  readonly running = new RunningStatement();
  /** Savepoints that were open when it was made. */
  depth: number;
  /** The client's text that made it. */
  readonly text: string;
  readonly createdAtMs = Date.now();
  execution: Execution | undefined;
  /** Nothing more will come. */
  finished = false;
  cursor: Cursor | undefined;

  constructor(
    name: string,
    plan: Plan | null,
    parameters: BoundParameters,
    formats: readonly (0 | 1)[],
    depth: number,
    text: string,
  ) {
    this.name = name;
    this.plan = plan;
    this.parameters = parameters;
    this.formats = formats;
    this.depth = depth;
    this.text = text;
  }

  /** Undefined where nothing has to be waited for. */
  close(): Promise<void> | undefined {
    this.finished = true;
    return this.cursor?.rows.close() ?? this.execution?.rows?.close();
  }

  /** It gave all its rows at once: a further Execute finds none. */
  answered(tag: string): void {
    this.finished = true;
    this.execution = { rows: null, tag: () => tag, notices: [], figures: NO_FIGURES };
  }
}

/** What DECLARE says of a portal. */
export type Cursor = {
  readonly rows: CursorRows;
  /** WITH HOLD: it outlives a transaction that is committed. */
  readonly hold: boolean;
  /** Its transaction is committed. */
  held: boolean;
};
