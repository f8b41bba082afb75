import type { EngineConnection } from '../engine/engine.ts';
import { SqlError } from '../base/sql-error.ts';
import { engineSequence } from '../translate/translate.ts';
import { inTurns } from './call-sequences.ts';
import { knownSequences, type KnownSequence } from './known-sequences.ts';
import type { StatementRun } from './statement-run.ts';
import { sessionSequences } from './temporary/session-sequences-of.ts';

/**
 * Runs work in which the engine takes values of sequences of the mirror, by oid. What it took is reserved before
 * anything of it is shown; it stays taken if the work fails.
 */
export async function takeValues<T>(
  run: StatementRun,
  connection: EngineConnection,
  oids: readonly number[],
  work: () => Promise<T>,
): Promise<T> {
  if (oids.length === 0) return await work();
  const sequences = await knownSequences(run.parts, run.tables, new Set(oids));
  if (sequences.length < oids.length) throw new Error('a sequence of the statement is not known');
  return await inTurns(run.parts, sequences, async () => {
    const { sequences: registry, name } = run.parts;
    for (const { id, facts } of sequences)
      await command(connection, run, createSequence(facts, await registry.state(name, id, facts, true)));
    let failure: { readonly error: unknown } | undefined;
    const result = await work().catch((error: unknown) => {
      failure = { error };
    });
    for (const sequence of sequences) await noteTaken(run, connection, sequence);
    if (failure !== undefined) throw ofSequence(failure.error, sequences);
    return result as T;
  });
}

async function noteTaken(run: StatementRun, connection: EngineConnection, { id, facts }: KnownSequence): Promise<void> {
  const { sequences: registry, name } = run.parts;
  const [row] = await connection.values({
    sql: `SELECT last_value FROM duckdb_sequences() WHERE temporary AND sequence_name = '${shortName(facts.oid)}'`,
    scans: [],
    parameters: [],
    timeZone: run.context.text.timeZone,
  });
  const last = row?.[0];
  if (last === null || last === undefined) return;
  const value = BigInt(last as string | number | bigint);
  await registry.advance(name, id, facts, { last: value, isCalled: true });
  sessionSequences(run.context).used(id, value, true);
}

function createSequence(
  { oid, increment, min, max, cycles }: KnownSequence['facts'],
  { last, isCalled }: { readonly last: bigint; readonly isCalled: boolean },
): string {
  const next = isCalled ? last + increment : last;
  const isPast = next < min || next > max;
  const wrapped = increment > 0n ? min : max;
  // A sequence at its end fails at the first value, as the engine's does once it has given out its only one.
  if (isPast && !cycles)
    return `CREATE OR REPLACE TEMP SEQUENCE ${shortName(oid)} MINVALUE 1 MAXVALUE 1 START 1; SELECT nextval('${engineSequence(oid)}')`;
  return (
    `CREATE OR REPLACE TEMP SEQUENCE ${shortName(oid)} INCREMENT BY ${increment} MINVALUE ${min} MAXVALUE ${max} ` +
    `START WITH ${isPast ? wrapped : next}${cycles ? ' CYCLE' : ''}`
  );
}

function shortName(oid: number): string {
  return engineSequence(oid).split('.').at(-1)!;
}

async function command(connection: EngineConnection, { context }: StatementRun, sql: string): Promise<void> {
  for (const one of sql.split('; '))
    await connection.run({ sql: one, scans: [], parameters: [], timeZone: context.text.timeZone });
}

/** PostgreSQL's words in nextval_internal (sequence.c). */
function ofSequence(error: unknown, sequences: readonly KnownSequence[]): unknown {
  const match = /nextval: reached (maximum|minimum) value of sequence "bergwire_sequence_(\d+)"/.exec(
    error instanceof SqlError ? error.message : '',
  );
  const facts = sequences.find((sequence) => sequence.facts.oid === Number(match?.[2]))?.facts;
  if (match === null || facts === undefined) return error;
  const word = facts.increment > 0n ? 'maximum' : 'minimum';
  const value = facts.increment > 0n ? facts.max : facts.min;
  return new SqlError({
    sqlstate: '2200H',
    message: `nextval: reached ${word} value of sequence "${facts.name}" (${value})`,
  });
}
