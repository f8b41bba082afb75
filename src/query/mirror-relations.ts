import type { LoadedTable } from '../catalog/catalog.ts';
import { notSupported, SqlError } from '../base/sql-error.ts';
import { resolveSnapshot } from '../plan/resolve-snapshot.ts';
import type { SnapshotTarget } from '../plan/resolve-snapshot.ts';
import { bindTimeTravel } from '../sql/bind-time-travel.ts';
import type { RelationName, Statement, TimeTravel } from '../sql/sql.ts';
import type { MirroredRelation } from '../translate/translate.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { StatementContext } from './query.ts';
import type { RelationRead } from './relation-reads.ts';
import type { TransactionTables } from './transaction-tables.ts';
import { tableNameText, undefinedTable } from './errors.ts';
import { ensureObjects } from './ensure-objects.ts';
import { metadataName } from './metadata-name.ts';
import { mirroredMetadata } from './mirrored-metadata.ts';
import { namesObject } from './names-object.ts';
import { candidateTables } from './search-path.ts';
import type { StatementRun } from './statement-run.ts';
import { bindTemporary } from './temporary/bind-temporary.ts';
import { sqlName } from '../base/sql-name.ts';

/** The statement with its time-travelled relations named as the mirror has them, and what its relations mean. */
export type MirroredStatement = {
  readonly statement: Statement;
  /** By oid in the mirror. */
  readonly reads: ReadonlyMap<number, RelationRead>;
};

/**
 * Brings the mirror up to date for the relations that a statement names: tables are mirrored with the schema the
 * transaction sees, dropped ones leave, and each time-travelled reference gets a hidden relation of its snapshot's
 * schema. Temporary tables have hidden relations too. Names that are no table are left for Postgres to judge.
 */
export async function mirrorRelations(
  parts: DatabaseParts,
  given: Statement,
  tables: TransactionTables,
  context: StatementContext,
): Promise<MirroredStatement> {
  const bound = await bindTemporary(parts, given, context);
  const { statement } = bound;
  const reads = new Map(bound.reads);
  await ensureObjects(parts, statement, tables, context, async (relation) => {
    if ((await findMetadataTable(parts, relation, tables, context)) !== undefined) return;
    const loaded = await findTable(parts, relation, tables, context);
    if (loaded !== undefined) await parts.postgres.mirror.ensureTable(loaded);
  });
  for (const relation of statement.relations) {
    const about = await findMetadataTable(parts, relation, tables, context);
    if (about !== undefined) {
      reads.set(about.mirrored.oid, { kind: 'metadata', name: about.base.name, table: about.kind });
      continue;
    }
    const loaded = await findTable(parts, relation, tables, context);
    if (loaded === undefined) continue;
    const mirrored = await parts.postgres.mirror.ensureTable(loaded);
    reads.set(mirrored.oid, { kind: 'current', name: loaded.name });
  }
  const used = new Map<string, number>();
  const names = new Map<string, string>();
  for (const reference of statement.timeTravel) {
    const about = await findMetadataTable(parts, reference.relation, tables, context);
    if (about !== undefined) {
      const { snapshot } = resolveSnapshot(about.base.metadata, await targetOf(parts, reference, context));
      reads.set(about.mirrored.oid, { kind: 'metadata', name: about.base.name, table: about.kind, snapshot });
      names.set(reference.placeholder, qualifiedName(about.mirrored));
      continue;
    }
    const loaded = await findTable(parts, reference.relation, tables, context);
    if (loaded === undefined) throw noTableToTravelIn(reference.relation, { tables, context });
    const { snapshot, schema } = resolveSnapshot(loaded.metadata, await targetOf(parts, reference, context));
    const key = `${tableNameText(loaded.name)} ${schema.schemaId}`;
    const ordinal = used.get(key) ?? 0;
    used.set(key, ordinal + 1);
    const mirrored = await parts.postgres.mirror.ensureSchema(loaded, schema, ordinal);
    reads.set(mirrored.oid, { kind: 'asOf', name: loaded.name, snapshot, schema });
    names.set(reference.placeholder, qualifiedName(mirrored));
  }
  return { statement: bindTimeTravel(statement, names), reads };
}

function noTableToTravelIn(relation: RelationName, run: Pick<StatementRun, 'tables' | 'context'>): SqlError {
  const { schema, name, position } = relation;
  if (!namesObject(run, { relname: name, ...(schema !== undefined && { schemaname: schema }) }))
    return undefinedTable(relationText(relation), position);
  const hint = 'Run the query of its definition with the clause behind each table.';
  return notSupported(`time travel of "${name}", which is no table,`, hint, position);
}

/** The first table on the search path of that name. A table the mirror still has and nobody else has leaves it. */
export async function findTable(
  parts: DatabaseParts,
  relation: RelationName,
  tables: TransactionTables,
  context: StatementContext,
): Promise<LoadedTable | undefined> {
  for (const name of candidateTables(relation, context)) {
    const loaded = await tables.load(name);
    if (loaded !== undefined) return loaded;
    if (parts.postgres.mirror.byName(name) !== undefined) await parts.postgres.mirror.dropTable(name);
  }
  return undefined;
}

/** The metadata table that a name means, mirrored, where no table has the whole name. */
async function findMetadataTable(
  parts: DatabaseParts,
  relation: RelationName,
  tables: TransactionTables,
  context: StatementContext,
): Promise<{ readonly base: LoadedTable; readonly kind: string; readonly mirrored: MirroredRelation } | undefined> {
  const about = metadataName(relation);
  if (about === undefined) return undefined;
  for (const name of candidateTables(relation, context)) if ((await tables.load(name)) !== undefined) return undefined;
  const base = await findTable(parts, about.base, tables, context);
  if (base === undefined) return undefined;
  return {
    base,
    kind: about.kind,
    mirrored: await parts.postgres.mirror.ensureTable(mirroredMetadata(base, about.kind)),
  };
}

async function targetOf(
  parts: DatabaseParts,
  { target }: TimeTravel,
  context: StatementContext,
): Promise<SnapshotTarget> {
  if (target.kind !== 'timestamp') return target;
  const [value] = await parts.postgres.evaluate(
    { role: context.role, settings: context.settings },
    [{ sql: `(${target.expression})::timestamptz`, typeOid: 1184 }],
    { oids: [], formats: [], values: [] },
  );
  if (typeof value !== 'bigint')
    throw new SqlError({ sqlstate: '22004', message: 'AS OF TIMESTAMP must not be null', position: target.position });
  return { kind: 'timestamp', timestampMs: Number(value / 1000n) };
}

function qualifiedName(relation: MirroredRelation): string {
  return `${sqlName(relation.schemaName)}.${sqlName(relation.relationName)}`;
}

function relationText(relation: RelationName): string {
  return relation.schema === undefined ? relation.name : `${relation.schema}.${relation.name}`;
}
