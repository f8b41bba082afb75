import { metadataTable } from '../plan/metadata-table/metadata-table.ts';
import type { RelationName } from '../sql/sql.ts';

/** `t$snapshots`: a metadata table of `t`. */
export type MetadataName = { readonly base: RelationName; readonly kind: string };

/** The table and the metadata table that a relation's name means; undefined for an ordinary name. */
export function metadataName(relation: RelationName): MetadataName | undefined {
  const at = relation.name.lastIndexOf('$');
  const kind = relation.name.slice(at + 1);
  if (at < 1 || metadataTable(kind) === undefined) return undefined;
  return { base: { ...relation, name: relation.name.slice(0, at) }, kind };
}
