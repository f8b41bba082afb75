import type { AlterSeqStmt, DefElem, RangeVar } from '@pgsql/types';
import { objectKey } from '../postgres/schema-object.ts';
import { knownSequences } from './known-sequences.ts';
import { mirrorRelations } from './mirror-relations.ts';
import { candidateTables } from './search-path.ts';
import type { StatementRun } from './statement-run.ts';

/**
 * ALTER SEQUENCE: it goes on from where it is told to, or from where it is, and no gateway keeps values that it reserved
 * before. Differs from PostgreSQL: a rollback does not take RESTART back.
 */
export async function restartSequence(run: StatementRun, { sequence, options }: AlterSeqStmt): Promise<void> {
  const set = run.tables.objects.current;
  const names = candidateTables(nameOf(sequence), run.context).map(({ namespace, name }) =>
    objectKey({ kind: 'sequence', schema: namespace.join('.'), name }),
  );
  const id = names.map((key) => set.get(key)?.id).find((known) => known !== undefined);
  if (id === undefined) return;
  const restart = (options ?? [])
    .flatMap((option) => ('DefElem' in option ? [option.DefElem] : []))
    .find(({ defname }) => defname === 'restart');
  await mirrorRelations(run.parts, run.prepared.statement, run.tables, run.context);
  await goOnFrom(run, id, restart && numberOf(restart));
}

/** `from` null: from the start; undefined: from where it is. */
async function goOnFrom(run: StatementRun, id: string, from: bigint | null | undefined): Promise<void> {
  const { sequences, name } = run.parts;
  const known = await knownSequences(run.parts, run.tables, 'all');
  const facts = known.find((sequence) => sequence.id === id)?.facts;
  if (facts === undefined) return;
  await sequences.inTurn(name, id, async () => {
    const state =
      from === undefined ? sequences.shown(name, id, facts) : { last: from ?? facts.start, isCalled: false };
    await sequences.set(name, id, state);
  });
}

/** TRUNCATE ... RESTART IDENTITY: the sequences that end with columns of the table. */
export async function restartOwned(run: StatementRun, schema: string, table: string): Promise<void> {
  const known = await knownSequences(run.parts, run.tables, 'all');
  const owned = [...run.tables.objects.current.values()].filter(
    ({ ownedBy }) => ownedBy?.schema === schema && ownedBy.table === table,
  );
  for (const { id, facts } of known) {
    const { identity } = facts;
    const isIdentity = identity?.schema === schema && identity.table === table;
    if (isIdentity || owned.some((object) => object.id === id)) await goOnFrom(run, id, null);
  }
}

function nameOf(sequence: RangeVar | undefined): Parameters<typeof candidateTables>[0] {
  const { schemaname, relname = '' } = sequence ?? {};
  return { name: relname, position: 1, ...(schemaname && { schema: schemaname }) };
}

function numberOf({ arg }: DefElem): bigint | null {
  if (arg === undefined) return null;
  if ('Integer' in arg) return BigInt(arg.Integer.ival ?? 0);
  return 'Float' in arg ? BigInt(arg.Float.fval ?? '0') : null;
}
