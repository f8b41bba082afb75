import type { CopyRowFormat } from '../copy/row-writer.ts';
import type { EngineConnection, RowFormat, RowStream } from '../engine/engine.ts';
import type { Field, ResultEncoding } from '../pgtype/pgtype.ts';
import type { NoticeFields } from '../postgres/postgres.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { PreparedStatement } from './prepare-statement.ts';
import type { BoundParameters, Execution, ExecutionFigures, StatementContext } from './query.ts';
import type { TransactionTables } from './transaction-tables.ts';
import type { TemporaryTransaction } from './temporary/temporary-transaction.ts';
import { queryCanceled } from './errors.ts';

/** One execution of a prepared statement in a transaction: everything its steps need. */
export type StatementRun = {
  readonly parts: DatabaseParts;
  readonly tables: TransactionTables;
  readonly temporary: TemporaryTransaction;
  readonly prepared: PreparedStatement;
  readonly parameters: BoundParameters;
  readonly resultFormats: readonly (0 | 1)[];
  /** COPY TO: rows are CopyData messages of this format where the engine computes them. */
  readonly copyRows?: CopyRowFormat;
  readonly context: StatementContext;
  readonly signal: AbortSignal;
  /** Records files the statement wrote, for a rollback. */
  readonly written: (uris: readonly string[]) => void;
  /** Records a file of this machine that ends with the transaction. */
  readonly scratch: (path: string) => void;
  readonly readOnly: boolean;
  /** In a transaction block that the client began. */
  readonly inBlock: boolean;
};

export const NO_FIGURES: ExecutionFigures = { filesRead: 0, filesTotal: 0, sizeBytes: 0, snapshotIds: [] };

/** A finished statement without rows. */
export function finished(tag: string, notices: readonly NoticeFields[] = []): Execution {
  return { rows: null, tag: () => tag, notices, figures: NO_FIGURES };
}

/** One format code per column, from Bind's none, one or many. */
export function columnFormats(formats: readonly (0 | 1)[], width: number): readonly (0 | 1)[] {
  if (formats.length === width) return formats;
  return Array.from({ length: width }, () => formats[0] ?? 0);
}

export function rowFormat(
  run: StatementRun,
  fields: readonly Field[],
  encodings: readonly ResultEncoding[],
): RowFormat {
  return {
    fields,
    encodings,
    formats: columnFormats(run.resultFormats, fields.length),
    settings: run.context.text,
    ...(run.copyRows && { copy: run.copyRows }),
  };
}

/**
 * A connection of the engine for one execution, interrupted when the statement is cancelled. It is closed by whoever
 * ends the execution.
 */
export async function connectFor(run: StatementRun): Promise<EngineConnection> {
  if (run.signal.aborted) throw queryCanceled();
  const connection = await run.parts.engine.connect();
  run.signal.addEventListener('abort', () => connection.interrupt(), { once: true });
  return connection;
}

/** The rows of a connection that lives as long as they do; counts them for the tag. */
export function ownedRows(
  connection: EngineConnection,
  rows: RowStream,
  signal: AbortSignal,
): { readonly rows: RowStream; readonly count: () => number } {
  let count = 0;
  let open = true;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await rows.close();
    await connection[Symbol.asyncDispose]();
  };
  return {
    count: () => count,
    rows: {
      async next(maxRows) {
        if (!open) return undefined;
        try {
          if (signal.aborted) throw queryCanceled();
          const batch = await rows.next(maxRows);
          if (batch === undefined) await close();
          else count += batch.rowCount;
          return batch;
        } catch (error) {
          await close();
          throw error;
        }
      },
      close,
    },
  };
}
