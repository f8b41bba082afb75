import type { EngineStatement } from '../engine.ts';

/** What writing needs of a connection. */
export type SqlRunner = {
  readonly run: (statement: EngineStatement) => Promise<unknown>;
  /** Values as DuckDB's JSON conversion gives them; 64-bit numbers are strings. */
  readonly values: (statement: EngineStatement) => Promise<readonly (readonly unknown[])[]>;
};

/** Where files are written before they are published. */
export type Scratch = {
  /** A folder that the engine may write to. */
  readonly folder: string;
  readonly publish: (uri: string, localPath: string) => Promise<void>;
  readonly remove: (uris: readonly string[]) => Promise<void>;
};

export function plainStatement(sql: string, timeZone: string): EngineStatement {
  return { sql, scans: [], parameters: [], timeZone };
}
