import type { EngineScan } from '../engine/engine.ts';
import type { Schema, Snapshot, TableMetadata } from '../iceberg/iceberg.ts';
import type { PgValue } from '../pgtype/pgtype.ts';
import { planScan } from '../plan/plan-scan.ts';
import type { Predicate } from '../plan/plan.ts';
import type { ScanRequest } from '../translate/translate.ts';
import type { LoadedTable, TableName } from '../catalog/catalog.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { RelationRead } from './relation-reads.ts';
import type { TransactionTables } from './transaction-tables.ts';
import { bindPredicate } from './bind-predicate.ts';
import { knownMetadataTable } from './known-metadata-table.ts';
import { metadataRowsSql } from './metadata-rows-sql.ts';
import { changedResultType, readOnlyTransaction, tableNameText, undefinedTable } from './errors.ts';

/** A planned relation, and the predicate that pruned it (for EXPLAIN). */
export type PlannedRelation = {
  readonly scan: EngineScan;
  readonly predicate: Predicate;
  /** SQL that stands in place of the scan's marker: rows that are no files. */
  readonly inline?: string;
};

/** Makes a temporary table's rows a source of the engine. */
type TemporaryScan = (
  request: ScanRequest,
  read: Extract<RelationRead, { kind: 'temporary' }>,
) => Promise<PlannedRelation>;

/** Plans every scan of a translation against the snapshots that this execution reads. */
export async function scanRelations(
  parts: DatabaseParts,
  scans: readonly ScanRequest[],
  reads: ReadonlyMap<number, RelationRead>,
  tables: TransactionTables,
  parameters: readonly PgValue[],
  temporary: TemporaryScan,
  load: LoadTable = loadedOnce(tables),
): Promise<readonly PlannedRelation[]> {
  await stageLocked(scans, reads, tables);
  const isTemporary = ({ relation }: ScanRequest): boolean => reads.get(relation.oid)?.kind === 'temporary';
  const planned = await Promise.all(
    scans.map(async (request) =>
      isTemporary(request) ? undefined : await scanRelation(parts, request, reads, tables, load, parameters),
    ),
  );
  const results: PlannedRelation[] = [];
  // The session's private instance does one thing at a time.
  for (const [index, request] of scans.entries()) {
    const read = reads.get(request.relation.oid);
    results.push(read?.kind === 'temporary' ? await temporary(request, read) : planned[index]!);
  }
  return results;
}

/** Tables whose rows are locked stay as they are from now on: later statements change what this one saw. */
export async function stageLocked(
  scans: readonly ScanRequest[],
  reads: ReadonlyMap<number, RelationRead>,
  tables: TransactionTables,
): Promise<void> {
  for (const { lock, relation } of scans) {
    const read = reads.get(relation.oid);
    if (lock === undefined || read?.kind !== 'current') continue;
    if (tables.isReadOnly) throw readOnlyTransaction(`SELECT ${lock}`);
    await tables.stage(read.name);
  }
}

export type LoadTable = (name: TableName) => Promise<LoadedTable | undefined>;

/** A statement sees one state of a table, however often it names it and whatever others commit meanwhile. */
export function loadedOnce(tables: TransactionTables): LoadTable {
  const loads = new Map<string, ReturnType<LoadTable>>();
  return (name) => {
    const key = JSON.stringify([name.namespace, name.name]);
    const loading = loads.get(key) ?? tables.load(name);
    loads.set(key, loading);
    return loading;
  };
}

async function scanRelation(
  parts: DatabaseParts,
  request: ScanRequest,
  reads: ReadonlyMap<number, RelationRead>,
  tables: TransactionTables,
  load: LoadTable,
  parameters: readonly PgValue[],
): Promise<PlannedRelation> {
  const { relation } = request;
  const read = reads.get(relation.oid);
  if (read === undefined || read.kind === 'temporary') throw undefinedTable(relation.relationName);
  const loaded = await load(read.name);
  if (loaded === undefined) throw undefinedTable(relation.name);
  if (read.kind === 'metadata') return await scanMetadata(parts, request, read, loaded);
  const { snapshot, schema } = read.kind === 'asOf' ? read : currentState(loaded.metadata);
  if (schema.schemaId !== relation.schemaId) throw changedResultType();
  const columns = request.attnums.map((attnum) => {
    const column = relation.columns[attnum - 1];
    if (column === undefined) throw new Error(`relation ${relation.relationName} has no column ${attnum}`);
    return { attnum, fieldId: column.field.id };
  });
  const predicate = bindPredicate(request.predicate, schema, parameters);
  if (read.kind === 'current') tables.noteRead(loaded, schema, predicate);
  if (read.kind === 'current' && request.lock !== undefined) tables.noteLock(loaded, schema, predicate);
  const pending = read.kind === 'current' ? tables.pendingOf(read.name) : undefined;
  const plan = await planScan({
    table: tableNameText(read.name),
    metadata: loaded.metadata,
    snapshot,
    schema,
    predicate,
    manifests: parts.manifests,
    fieldIds: new Set(columns.map(({ fieldId }) => fieldId)),
    ...(pending !== undefined && { pending }),
  });
  return { scan: { plan, columns, positions: request.positions }, predicate };
}

/** A metadata table is computed here; its scan has no files. */
async function scanMetadata(
  parts: DatabaseParts,
  request: ScanRequest,
  read: Extract<RelationRead, { kind: 'metadata' }>,
  { metadata, metadataLocation }: LoadedTable,
): Promise<PlannedRelation> {
  const { snapshot, schema } = currentState(metadata);
  const rows = await knownMetadataTable(read.table).rows({
    metadata,
    metadataLocation,
    snapshot: read.snapshot === undefined ? snapshot : read.snapshot,
    manifests: parts.manifests,
  });
  const types = request.relation.columns.map((column) => column?.field.type ?? 'string');
  const plan = await planScan({
    table: `${tableNameText(read.name)}$${read.table}`,
    metadata,
    snapshot: null,
    schema,
    predicate: { kind: 'true' },
    manifests: parts.manifests,
    fieldIds: new Set(),
  });
  return {
    scan: { plan, columns: [], positions: false },
    predicate: { kind: 'true' },
    inline: metadataRowsSql(types, rows, request.attnums),
  };
}

/** The current snapshot and schema of a table. */
export function currentState(metadata: TableMetadata): {
  readonly snapshot: Snapshot | null;
  readonly schema: Schema;
} {
  const schema = metadata.schemas.find(({ schemaId }) => schemaId === metadata.currentSchemaId);
  if (schema === undefined) throw new Error(`the metadata names no schema ${metadata.currentSchemaId}`);
  const snapshot = metadata.snapshots.find(({ snapshotId }) => snapshotId === metadata.currentSnapshotId) ?? null;
  return { snapshot, schema };
}
