import { scanMarker } from '../translate/translate.ts';
import type { StagedTable } from './transaction-tables.ts';
import type { StatementRun } from './statement-run.ts';
import type { TranslatedCheck } from './check-rows.ts';
import { engineTranslation } from './engine-translation.ts';
import { prepareOwn } from './prepare-own.ts';
import { qualifiedName } from './qualified-name.ts';

const CHECK_PREFIX = 'bergwire.check.';

/** The table's CHECK constraints, analysed by Postgres and translated like any other expression. */
export async function tableChecks(run: StatementRun, table: StagedTable): Promise<readonly TranslatedCheck[]> {
  const { properties } = table.loaded.metadata;
  const checks = Object.entries(properties).filter(([key]) => key.startsWith(CHECK_PREFIX));
  return await Promise.all(
    checks.map(async ([key, condition]) => {
      const text = `SELECT (${condition}) FROM ${qualifiedName(table.name)}`;
      const { route } = await prepareOwn(run, table.name, 'select', text);
      const { sql, scans, parameters } = engineTranslation(route);
      if (scans.length !== 1 || parameters.length > 0)
        throw new Error(`the check ${key} of ${table.name.name} is no condition on one row`);
      return { name: key.slice(CHECK_PREFIX.length), sql: (rows) => sql.replaceAll(scanMarker(0), () => rows) };
    }),
  );
}
