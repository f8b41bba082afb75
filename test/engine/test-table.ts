import type { EngineConnection, WriteRequest } from '../../src/engine/engine.ts';
import type { DataFile, PartitionSpec, Schema, SortOrder, Type } from '../../src/iceberg/iceberg.ts';
import type { ScanPlan } from '../../src/plan/plan.ts';
import { scanMarker } from '../../src/translate/translate.ts';
import { openTestEngine, statement } from './open-test-engine.ts';
import type { TestEngine } from './open-test-engine.ts';

const UNPARTITIONED: PartitionSpec = { specId: 0, fields: [] };
const UNSORTED: SortOrder = { orderId: 0, fields: [] };

/** Optional columns with ids from 1. */
export function schemaOf(...types: readonly (readonly [string, Type])[]): Schema {
  const fields = types.map(([name, type], i) => ({ id: i + 1, name, required: false, type }));
  return { schemaId: 0, identifierFieldIds: [], fields };
}

/** An engine with a table's folder: requests to write to it, plans over its files, and what they hold. */
export type TestTable = TestEngine & {
  readonly connection: EngineConnection;
  readonly request: (sql: string, schema: Schema, more?: Partial<WriteRequest>) => WriteRequest;
  readonly planOf: (schema: Schema, files: readonly DataFile[], deletes?: readonly DataFile[]) => ScanPlan;
  readonly readBack: (plan: ScanPlan, sql?: string) => Promise<readonly (readonly unknown[])[]>;
};

export async function openTestTable(folders: readonly string[] = []): Promise<TestTable> {
  const opened = await openTestEngine({ folders });
  const connection = await opened.engine.connect();
  const request = (sql: string, schema: Schema, more: Partial<WriteRequest> = {}): WriteRequest => ({
    statement: statement(sql, { timeZone: 'America/New_York' }),
    schema,
    spec: UNPARTITIONED,
    sortOrder: UNSORTED,
    properties: {},
    dataLocation: `file://${opened.folder}/t/data`,
    ...more,
  });

  const planOf = (schema: Schema, files: readonly DataFile[], deletes: readonly DataFile[] = []): ScanPlan => ({
    table: 'ns.t',
    schema,
    snapshotId: 1n,
    files: files.map((file) => ({
      file,
      spec: UNPARTITIONED,
      dataSequenceNumber: 1n,
      positionDeletes: deletes.map((_, i) => i),
      equalityDeletes: [],
    })),
    positionDeletes: deletes,
    equalityDeletes: [],
    counts: {} as ScanPlan['counts'],
  });

  const readBack = async (
    plan: ScanPlan,
    sql = `SELECT * FROM ${scanMarker(0)}`,
  ): Promise<readonly (readonly unknown[])[]> =>
    await connection.values(
      statement(sql, {
        scans: [{ plan, columns: plan.schema.fields.map(({ id }) => ({ attnum: id, fieldId: id })), positions: false }],
        timeZone: 'Asia/Tokyo',
      }),
    );

  return { ...opened, connection, request, planOf, readBack, [Symbol.asyncDispose]: opened[Symbol.asyncDispose] };
}
