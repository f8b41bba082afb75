import { scanMarker } from '../translate/translate.ts';
import type { StagedTable } from './transaction-tables.ts';
import type { StatementRun } from './statement-run.ts';
import type { TranslatedCheck } from './check-rows.ts';
import { engineTranslation } from './engine-translation.ts';
import { prepareStatement } from './prepare-statement.ts';
import { sqlName } from '../base/sql-name.ts';

const CHECK_PREFIX = 'bergwire.check.';

/** The table's CHECK constraints, analysed by Postgres and translated like any other expression. */
export async function tableChecks(run: StatementRun, table: StagedTable): Promise<readonly TranslatedCheck[]> {
  const { properties } = table.loaded.metadata;
  const checks = Object.entries(properties).filter(([key]) => key.startsWith(CHECK_PREFIX));
  const schema = table.name.namespace.join('.');
  return await Promise.all(
    checks.map(async ([key, condition]) => {
      const text = `SELECT (${condition}) FROM ${sqlName(schema)}.${sqlName(table.name.name)}`;
      const { route } = await prepareStatement(
        run.parts,
        {
          text,
          clientText: text,
          kind: 'select',
          node: { SelectStmt: {} },
          relations: [{ schema, name: table.name.name, position: 1 }],
          timeTravel: [],
          toClientPosition: () => 1,
        },
        [],
        run.context,
        run.tables,
      );
      const { sql, scans, parameters } = engineTranslation(route);
      if (scans.length !== 1 || parameters.length > 0)
        throw new Error(`the check ${key} of ${table.name.name} is no condition on one row`);
      return { name: key.slice(CHECK_PREFIX.length), sql: (rows) => sql.replaceAll(scanMarker(0), () => rows) };
    }),
  );
}
