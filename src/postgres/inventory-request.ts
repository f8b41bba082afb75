/**
 * What a statement does to views, sequences, types and routines: Postgres runs it in a transaction that is rolled back,
 * and lists them before and after. So cascades, renamings that reach into other definitions, and refusals are its own.
 */
import { batchOpening } from './batch-opening.ts';
import { hiddenSchema } from './hidden-schema.ts';
import { inventoryQuery } from './inventory-query.ts';
import type { AnalysisContext, NoticeFields } from './postgres.ts';
import { dataRowValues, type Answer } from './read-reply.ts';
import { query, request, runStatement } from './request.ts';
import { objectKey, type ObjectChanges, type ObjectSet, type SchemaObject } from './schema-object.ts';

const NO_PARAMETERS = { oids: [], formats: [], values: [] };

export type ObjectDefinition = {
  readonly changes: ObjectChanges;
  /** Keys of before by keys of now, of objects that are the same under another name. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly tag: string;
  readonly notices: readonly NoticeFields[];
};

export function inventoryRequest(context: AnalysisContext, statement: string, locked: boolean): Uint8Array {
  return request(
    query('BEGIN'),
    query(INVENTORY),
    query('ROLLBACK'),
    query(batchOpening(context, 'define', locked)),
    runStatement(statement, NO_PARAMETERS, []),
    query(INVENTORY),
    query('ROLLBACK'),
  );
}

/** Raises the first error, as Postgres worded it. */
export function readInventory(answers: readonly Answer[]): ObjectDefinition {
  for (const { error } of answers) if (error) throw error;
  const [, before, , , ran, after] = answers;
  if (before === undefined || ran === undefined || after === undefined)
    throw new Error('the inventory is not complete');
  const [old, now] = [objectsOf(before), objectsOf(after)];
  const renamed = new Map<string, string>();
  for (const [key, oid] of now.oids) {
    const [was] = [...old.oids].find(([other, same]) => same === oid && other !== key) ?? [];
    if (was !== undefined) renamed.set(key, was);
  }
  return { changes: changesBetween(old.objects, now.objects), renamed, tag: ran.tag, notices: ran.notices };
}

/** Names outside pg_catalog are printed with their schema. */
const INVENTORY = `SET LOCAL search_path = pg_catalog;\n${inventoryQuery}`;

type Printed = Omit<SchemaObject, 'arguments' | 'ownedBy'> & {
  readonly arguments: string | null;
  readonly ownedBy: NonNullable<SchemaObject['ownedBy']> | null;
  readonly oid: number;
};

type Listed = { readonly objects: ObjectSet; readonly oids: ReadonlyMap<string, number> };

function objectsOf({ rows }: Answer): Listed {
  const objects = new Map<string, SchemaObject>();
  const oids = new Map<string, number>();
  for (const row of rows) {
    const printed = JSON.parse(new TextDecoder().decode(dataRowValues(row)[0] ?? new Uint8Array())) as Printed;
    const { kind, schema, name, arguments: types, owner, create, needs, tables, ownedBy, oid } = printed;
    const object = {
      kind,
      schema,
      name,
      ...(types !== null && { arguments: types }),
      owner,
      create: create.filter((statement) => statement !== null),
      needs: needs.map((needed) => objectKey(needed as unknown as SchemaObject)),
      tables,
      ...(ownedBy !== null && { ownedBy }),
    };
    objects.set(objectKey(object), object);
    oids.set(objectKey(object), oid);
  }
  return { objects, oids };
}

function changesBetween(before: ObjectSet, after: ObjectSet): ObjectChanges {
  const changes = new Map<string, SchemaObject | null>();
  for (const key of before.keys()) if (!after.has(key)) changes.set(key, null);
  for (const [key, object] of after)
    if (JSON.stringify(before.get(key)) !== JSON.stringify(object)) changes.set(key, object);
  return changes;
}

/** It reads a relation of time travel, which is not there to stay. */
export function readsHiddenRelation({ tables }: SchemaObject): boolean {
  return tables.some(([schema]) => schema === hiddenSchema);
}
