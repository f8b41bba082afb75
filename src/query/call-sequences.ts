import type { PostgresResult } from '../postgres/postgres.ts';
import { isSequenceMoved } from '../governance/errors.ts';
import type { DatabaseParts } from './database-parts.ts';
import { knownSequences, type KnownSequence } from './known-sequences.ts';
import type { SequenceCalls } from './sequence-calls.ts';
import type { SessionSequences } from './session-sequences.ts';
import type { StatementRun } from './statement-run.ts';
import { sessionSequences } from './temporary/session-sequences-of.ts';

/** Runs a statement without tables that calls functions of sequences. */
export async function callSequences(
  run: StatementRun,
  text: string,
  formats: readonly (0 | 1)[],
  calls: SequenceCalls,
): Promise<PostgresResult> {
  const sequences = await knownSequences(run.parts, run.tables, calls.oids);
  return await inTurns(run.parts, sequences, async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call(run, text, formats, calls, sequences);
      } catch (error) {
        // It took more than was reserved, and another gateway has what follows: nobody saw anything yet.
        if (!isSequenceMoved(error) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  });
}

const MAX_ATTEMPTS = 5;

/** With the turn of each of the sequences, in their order: nobody waits for somebody who waits. */
export async function inTurns<T>(
  { sequences, name }: DatabaseParts,
  [first, ...others]: readonly KnownSequence[],
  work: () => Promise<T>,
): Promise<T> {
  if (first === undefined) return await work();
  return await sequences.inTurn(name, first.id, () => inTurns({ sequences, name } as DatabaseParts, others, work));
}

async function call(
  { parts, context, prepared, parameters, signal }: StatementRun,
  text: string,
  formats: readonly (0 | 1)[],
  { showsOnly, sets }: SequenceCalls,
  sequences: readonly KnownSequence[],
): Promise<PostgresResult> {
  const { name, postgres } = parts;
  const session = sessionSequences(context);
  const uses = await Promise.all(
    sequences.map(async ({ id, facts }) => {
      const state = showsOnly ? parts.sequences.shown(name, id, facts) : await parts.sequences.state(name, id, facts);
      return { facts, state, ...currentOf(session, id, showsOnly) };
    }),
  );
  const { result, error, outcomes } = await postgres.callSequences(
    { role: context.role, settings: context.settings, startedAt: context.startedAt },
    text,
    { oids: prepared.parameterOids, formats: parameters.formats, values: parameters.values },
    formats,
    { uses, showsOnly },
    signal,
  );
  for (const { oid, state, current, isLast } of showsOnly ? [] : outcomes) {
    const { id, facts } = sequences.find((sequence) => sequence.facts.oid === oid)!;
    if (sets) await parts.sequences.set(name, id, state);
    else await parts.sequences.advance(name, id, facts, state);
    if (current !== undefined) session.used(id, current, isLast);
  }
  if (result === undefined) throw error;
  return result;
}

function currentOf(
  session: SessionSequences,
  id: string,
  showsOnly: boolean,
): { readonly current?: bigint; readonly isLast: boolean } {
  const current = showsOnly ? undefined : session.current(id);
  return { ...(current !== undefined && { current }), isLast: current !== undefined && session.isLast(id) };
}
