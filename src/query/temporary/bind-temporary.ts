import { randomUUID } from 'node:crypto';
import { sqlName } from '../../base/sql-name.ts';
import type { LoadedTable } from '../../catalog/catalog.ts';
import type { NestedField } from '../../iceberg/iceberg.ts';
import { newTableMetadata } from '../../iceberg/new-table.ts';
import { renameRelations } from '../../sql/rename-relations.ts';
import type { Statement } from '../../sql/sql.ts';
import type { DatabaseParts } from '../database-parts.ts';
import type { StatementContext } from '../query.ts';
import type { RelationRead } from '../relation-reads.ts';
import { temporaryColumns } from './temporary-columns.ts';
import type { TemporaryColumn } from './temporary-columns.ts';
import { isTemporaryName } from './temporary-name.ts';
import { TemporaryObjects } from './temporary-objects.ts';

/** Tables and views of every kind: their rows can be read. */
const READABLE_KINDS = new Set(['r', 'v', 'm', 'p']);

/**
 * The statement with its temporary tables named as hidden relations of the mirror, which have their columns, and what
 * these mean. It is one that reads temporary tables next to those of the catalog.
 */
export async function bindTemporary(
  parts: DatabaseParts,
  statement: Statement,
  context: StatementContext,
): Promise<{ readonly statement: Statement; readonly reads: ReadonlyMap<number, RelationRead> }> {
  const { temporary } = context;
  const reads = new Map<number, RelationRead>();
  if (!(temporary instanceof TemporaryObjects) || !temporary.isInUse) return { statement, reads };
  const names = await temporary.names();
  const hidden = new Map<string, string>();
  for (const relation of statement.relations) {
    const found = isTemporaryName(relation, names, context) ? names.relations.get(relation.name) : undefined;
    if (found === undefined || !READABLE_KINDS.has(found.kind) || hidden.has(relation.name)) continue;
    const columns = await temporaryColumns(await temporary.instance(context.settings), found.oid);
    const table = await temporary.mirrored(relation.name, JSON.stringify(columns), () =>
      tableOf(relation.name, columns),
    );
    const mirrored = await parts.postgres.mirror.ensureSchema(table, table.metadata.schemas[0]!);
    reads.set(mirrored.oid, { kind: 'temporary', name: table.name, columns });
    hidden.set(relation.name, `${sqlName(mirrored.schemaName)}.${sqlName(mirrored.relationName)}`);
  }
  if (hidden.size === 0) return { statement, reads };
  const renamed = renameRelations(parts.grammar, statement, (relation) =>
    !relation.isTarget && isTemporaryName(relation, names, context) ? hidden.get(relation.name) : undefined,
  );
  return { statement: renamed, reads };
}

/** A table that is in no catalog, so that the mirror and the planner take it as any other. */
function tableOf(name: string, columns: readonly TemporaryColumn[]): LoadedTable {
  const fields = columns.map((column, index): NestedField => ({
    id: index + 1,
    name: column.name,
    required: false,
    type: column.type,
  }));
  const declared = columns.flatMap((column, index) =>
    column.declaredType === undefined ? [] : [[`bergwire.type.${index + 1}`, column.declaredType] as const],
  );
  const metadata = newTableMetadata({
    schema: { schemaId: 0, fields, identifierFieldIds: [] },
    spec: { specId: 0, fields: [] },
    sortOrder: { orderId: 0, fields: [] },
    location: '',
    properties: Object.fromEntries(declared),
    formatVersion: 2,
  });
  return { name: { namespace: ['pg_temp', randomUUID()], name }, metadataLocation: '', metadata };
}
