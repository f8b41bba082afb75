import { objectKey } from '../postgres/schema-object.ts';
import type { SequenceFacts } from '../postgres/sequence-facts.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { TransactionTables } from './transaction-tables.ts';

export type KnownSequence = { readonly id: string; readonly facts: SequenceFacts };

/** The sequences of the mirror with what their values are kept under, in an order that is the same for everybody. */
export async function knownSequences(
  { postgres }: DatabaseParts,
  tables: TransactionTables,
  oids: ReadonlySet<number> | 'all',
): Promise<readonly KnownSequence[]> {
  const known: KnownSequence[] = [];
  for (const facts of await postgres.sequences()) {
    if (oids !== 'all' && !oids.has(facts.oid)) continue;
    const id = await idOf(postgres, tables, facts);
    if (id !== undefined) known.push({ id, facts });
  }
  return known.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function idOf(
  { mirror }: DatabaseParts['postgres'],
  tables: TransactionTables,
  { schema, name, identity }: SequenceFacts,
): Promise<string | undefined> {
  if (identity === undefined) return tables.objects.current.get(objectKey({ kind: 'sequence', schema, name }))?.id;
  const relation = mirror
    .tables()
    .find(({ schemaName, relationName }) => schemaName === identity.schema && relationName === identity.table);
  const loaded = relation && (await tables.load(relation));
  const metadata = loaded?.metadata;
  const current = metadata?.schemas.find(({ schemaId }) => schemaId === metadata.currentSchemaId);
  const field = current?.fields.find((column) => column.name === identity.column);
  return metadata && field && `${metadata.tableUuid}.${field.id}`;
}
