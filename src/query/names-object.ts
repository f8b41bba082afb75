import type { RangeVar } from '@pgsql/types';
import { objectKey } from '../postgres/schema-object.ts';
import { candidateTables } from './search-path.ts';
import type { StatementRun } from './statement-run.ts';

/** Whether a name that is no table's means a view: ALTER TABLE and COMMENT ON COLUMN take those too. */
export function namesObject(run: Pick<StatementRun, 'tables' | 'context'>, { schemaname, relname }: RangeVar): boolean {
  const relation = { name: relname ?? '', position: 1, ...(schemaname && { schema: schemaname }) };
  const set = run.tables.objects.current;
  return candidateTables(relation, run.context).some(({ namespace, name }) =>
    (['view', 'sequence', 'type'] as const).some((kind) =>
      set.has(objectKey({ kind, schema: namespace.join('.'), name })),
    ),
  );
}
