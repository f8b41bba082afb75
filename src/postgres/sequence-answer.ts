/**
 * A batch that calls nextval(), setval(), currval() or lastval(). A lane knows neither what a sequence came to nor what
 * the session has used: both are told to it before, and what became of them is read after.
 */
import { clientAnswer } from './client-answer.ts';
import type { PostgresResult } from './postgres.ts';
import { quoteIdentifier } from './quote.ts';
import { dataRowValues, type Answer } from './read-reply.ts';
import { query, request } from './request.ts';
import type { SequenceFacts } from './sequence-facts.ts';

/** last_value and is_called, as the relation of a sequence has them. */
export type SequenceState = { readonly last: bigint; readonly isCalled: boolean };

export type SequenceUse = {
  readonly facts: SequenceFacts;
  readonly state: SequenceState;
  /** What currval() answers in the session. */
  readonly current?: bigint;
  /** It answers lastval(). */
  readonly isLast: boolean;
};

export type SequenceOutcome = {
  readonly oid: number;
  readonly state: SequenceState;
  readonly current?: bigint;
  readonly isLast: boolean;
};

export type SequencePriming = {
  readonly uses: readonly SequenceUse[];
  /** The statement shows what sequences came to, and uses none. */
  readonly showsOnly: boolean;
};

/** Before the transaction, as superuser. */
export function sequenceOpening({ uses, showsOnly }: SequencePriming): string {
  const known = uses
    .filter(({ current }) => current !== undefined)
    .toSorted((a, b) => Number(a.isLast) - Number(b.isLast));
  const relation = ({ oid }: SequenceFacts): string => `${oid}::pg_catalog.oid::pg_catalog.regclass`;
  const set = (facts: SequenceFacts, { last, isCalled }: SequenceState): string =>
    `pg_catalog.setval(${relation(facts)}, (${last})::pg_catalog.int8, ${isCalled})`;
  const calls = [
    ...known.flatMap(({ facts, current }) => [
      set(facts, { last: current!, isCalled: false }),
      `pg_catalog.nextval(${relation(facts)})`,
    ]),
    // Not called, it is not what currval() answers.
    ...uses.map(({ facts, state }) => set(facts, showsOnly ? state : primedState(facts, state))),
  ];
  return ['DISCARD SEQUENCES', ...calls.map((call) => `SELECT ${call}`)].join('; ');
}

export function sequenceRequest(client: Buffer, uses: readonly SequenceUse[]): Uint8Array {
  const states = uses.map(
    ({ facts: { schema, name } }) =>
      `SELECT last_value, is_called FROM ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
  );
  return request(
    client,
    query('ROLLBACK'),
    ...states.map((text) => query(text)),
    query('SELECT pg_catalog.lastval()'),
    ...uses.map(({ facts }) => query(`SELECT pg_catalog.currval(${facts.oid}::pg_catalog.oid::pg_catalog.regclass)`)),
  );
}

/** The client's answer, and what became of the sequences: that holds even if the statement failed. */
export async function sequenceAnswer(
  answers: readonly Answer[],
  uses: readonly SequenceUse[],
  crash: () => Promise<void>,
): Promise<{
  readonly answer: Answer | undefined;
  readonly error: unknown;
  readonly outcomes: readonly SequenceOutcome[];
}> {
  const [opening, client, , ...rest] = answers;
  let answer: Answer | undefined;
  let error: unknown;
  try {
    answer = await clientAnswer(
      [opening, client].flatMap((one) => one ?? []),
      crash,
    );
  } catch (raised) {
    error = raised;
  }
  const lastValue = valueOf(rest[uses.length]);
  const outcomes = uses.flatMap(({ facts, current, isLast }, index) => {
    const row = rest[index]?.rows[0];
    if (row === undefined) return [];
    const [last = '', called = ''] = dataRowValues(row).map((value) =>
      new TextDecoder().decode(value ?? new Uint8Array()),
    );
    const state = { last: BigInt(last), isCalled: called === 't' };
    const now = valueOf(rest[uses.length + 1 + index]);
    const before = primedState(facts, uses[index]!.state);
    const isChanged = state.last !== before.last || state.isCalled !== before.isCalled;
    if (!isChanged) return [];
    const isUsed = now !== undefined && now !== current;
    return [
      {
        oid: facts.oid,
        state,
        ...(now !== undefined && { current: now }),
        isLast: isLast ? lastValue === now : isUsed && lastValue === now,
      },
    ];
  });
  return { answer, error, outcomes };
}

function primedState({ increment, min, max }: SequenceFacts, state: SequenceState): SequenceState {
  const next = state.last + increment;
  return state.isCalled && next >= min && next <= max ? { last: next, isCalled: false } : state;
}

function valueOf(answer: Answer | undefined): bigint | undefined {
  const row = answer?.error === undefined ? answer?.rows[0] : undefined;
  const value = row && dataRowValues(row)[0];
  return value ? BigInt(new TextDecoder().decode(value)) : undefined;
}

export type SequenceResult = {
  /** Undefined where the statement failed. */
  readonly result: PostgresResult | undefined;
  readonly error: unknown;
  readonly outcomes: readonly SequenceOutcome[];
};
