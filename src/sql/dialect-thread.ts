/**
 * A worker thread that tries a text in the grammars of other databases. In a thread of its own because that parser can
 * take exponential time: whoever asks ends the thread at a deadline.
 */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/** Most telling first: the dialects whose texts end up at a Postgres port. */
const DIALECTS = [
  ['MySQL', 'mysql'],
  ['SQL Server', 'transactsql'],
  ['BigQuery', 'bigquery'],
  ['Snowflake', 'snowflake'],
  ['Hive', 'hive'],
  ['Trino', 'trino'],
  ['SQLite', 'sqlite'],
] as const;

type Parser = { readonly Parser: new () => { astify(text: string, options: { database: string }): unknown } };

const require = createRequire(import.meta.url);

function dialectOf(text: string): string | undefined {
  for (const [name, file] of DIALECTS) {
    const { Parser } = require(`node-sql-parser/build/${file}.js`) as Parser;
    try {
      new Parser().astify(text, { database: file });
      return name;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

parentPort?.postMessage(dialectOf(workerData as string));
