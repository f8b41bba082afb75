import { notSupported, SqlError } from '../../base/sql-error.ts';
import { sqlName } from '../../base/sql-name.ts';
import type { Statement } from '../../sql/sql.ts';
import { figuresOf } from '../figures-of.ts';
import { planRun } from '../plan-run.ts';
import { prepareStatement } from '../prepare-statement.ts';
import type { Execution } from '../query.ts';
import { connectFor } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import { storedColumns } from '../stored-columns.ts';

/** COPY ... TO STDOUT (FORMAT parquet): one file, its columns of the types that CREATE TABLE AS would give them. */
export async function exportRows(run: StatementRun, statement: Statement): Promise<Execution> {
  const prepared = await prepareStatement(run.parts, statement, [], run.context, run.tables, 'engineOnly');
  const { route, fields } = prepared;
  if (route.kind === 'finish') throw route.plan.reason;
  if (route.kind !== 'select' || fields === null)
    throw notSupported('COPY of this statement in the format parquet', 'Use a SELECT or VALUES.');
  refuseRepeated(fields.map(({ name }) => name));
  const { planned, statement: source } = await planRun({ ...run, prepared }, route.translation);
  const stored = storedColumns({ ...route.translation, sql: source.sql }, fields);
  const names = fields.map((_, index) => `w${index}`);
  const named = fields.map(({ name }, index) => `w${index} AS ${sqlName(name)}`);
  const connection = await connectFor(run);
  let rowCount = 0;
  try {
    const rows = await connection.exportParquet({
      ...source,
      sql: `SELECT ${named.join(', ')} FROM (${stored.sql}) AS q(${names.join(', ')})`,
    });
    return {
      rows: null,
      copyOut: {
        format: 1,
        columns: fields.map(() => 1 as const),
        rows: {
          async next() {
            const batch = await rows.next();
            rowCount += batch?.rowCount ?? 0;
            return batch;
          },
          async close() {
            await rows.close();
            await connection[Symbol.asyncDispose]();
          },
        },
      },
      tag: () => `COPY ${rowCount}`,
      notices: [],
      figures: figuresOf(planned),
    };
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
}

/** A file names each column once, whatever its case. */
function refuseRepeated(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase()))
      throw new SqlError({ sqlstate: '42701', message: `column "${name}" specified more than once` });
    seen.add(name.toLowerCase());
  }
}
