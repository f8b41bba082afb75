import type { StatementRun } from './statement-run.ts';

/** So that Postgres knows all that depends on the schema. */
export async function mirrorSchema(run: StatementRun, schema: string): Promise<void> {
  const namespace = schema.split('.');
  if (!(await run.tables.namespaceExists(namespace))) return;
  await run.parts.postgres.mirror.ensureNamespace(namespace);
  for (const name of await run.tables.tablesIn(namespace)) {
    const loaded = await run.tables.load(name);
    if (loaded !== undefined) await run.parts.postgres.mirror.ensureTable(loaded);
  }
}
