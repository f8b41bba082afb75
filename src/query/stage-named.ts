import type { RangeVar } from '@pgsql/types';
import type { StagedTable } from './transaction-tables.ts';
import type { StatementRun } from './statement-run.ts';
import { notATable, undefinedTable } from './errors.ts';
import { namesObject } from './names-object.ts';
import { findTable } from './mirror-relations.ts';

/** The table that a statement names, pinned for change; 42P01 if there is none, without a position as in Postgres. */
export async function stageNamed(run: StatementRun, relation: RangeVar): Promise<StagedTable> {
  const staged = await stageIfExists(run, relation);
  if (staged !== undefined) return staged;
  if (namesObject(run, relation)) throw notATable(relation.relname ?? '');
  const name = relation.schemaname ? `${relation.schemaname}.${relation.relname}` : (relation.relname ?? '');
  throw undefinedTable(name);
}

export async function stageIfExists(run: StatementRun, relation: RangeVar): Promise<StagedTable | undefined> {
  const { schemaname, relname } = relation;
  const loaded = await findTable(
    run.parts,
    { name: relname ?? '', position: 1, ...(schemaname ? { schema: schemaname } : {}) },
    run.tables,
    run.context,
  );
  return loaded === undefined ? undefined : await run.tables.stage(loaded.name);
}
