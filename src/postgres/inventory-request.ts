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
  readonly tag: string;
  readonly notices: readonly NoticeFields[];
};

export function inventoryRequest(context: AnalysisContext, statement: string): Uint8Array {
  return request(
    query('BEGIN'),
    query(INVENTORY),
    query('ROLLBACK'),
    query(batchOpening(context, 'define')),
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
  return { changes: changesBetween(objectsOf(before), objectsOf(after)), tag: ran.tag, notices: ran.notices };
}

/** Names outside pg_catalog are printed with their schema. */
const INVENTORY = `SET LOCAL search_path = pg_catalog;\n${inventoryQuery}`;

type Printed = Omit<SchemaObject, 'arguments'> & { readonly arguments: string | null };

function objectsOf({ rows }: Answer): ObjectSet {
  const objects = rows.map((row): SchemaObject => {
    const text = new TextDecoder().decode(dataRowValues(row)[0] ?? new Uint8Array());
    const { kind, schema, name, arguments: types, owner, create, needs, tables } = JSON.parse(text) as Printed;
    return {
      kind,
      schema,
      name,
      ...(types !== null && { arguments: types }),
      owner,
      create: create.filter((statement) => statement !== null),
      needs: needs.map((needed) => objectKey(needed as unknown as SchemaObject)),
      tables,
    };
  });
  return new Map(objects.map((object) => [objectKey(object), object]));
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
