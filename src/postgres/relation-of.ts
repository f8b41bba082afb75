import type { TableName } from '../catalog/catalog.ts';
import type { MirroredRelation } from '../translate/translate.ts';
import type { MirrorDdl, MirrorPlan } from './mirror-table-ddl.ts';
import { dataRowValues, type Answer } from './read-reply.ts';

/** From the answers of the batch that made it: the attributes are in the last but one. */
export function relationOf(
  name: TableName,
  plan: MirrorPlan,
  ddl: MirrorDdl,
  answers: readonly Answer[],
): MirroredRelation {
  const rows = (answers.at(-2)?.rows ?? []).map((row) =>
    dataRowValues(row).map((value) => (value === null ? undefined : Number(new TextDecoder().decode(value)))),
  );
  const oid = rows[0]?.[0];
  if (oid === undefined) throw new Error(`relation ${plan.relationName} was not created`);
  return {
    oid,
    namespace: name.namespace,
    name: name.name,
    schemaName: plan.schemaName,
    relationName: plan.relationName,
    schemaId: plan.schema.schemaId,
    columns: plan.schema.fields.map((field, index) => {
      const [, attnum = 0, typeOid = 0, typmod = -1] = rows[index] ?? [];
      const unsupported = ddl.unsupported.get(index);
      return { attnum, field, typeOid, typmod, ...(unsupported !== undefined && { unsupported }) };
    }),
  };
}
