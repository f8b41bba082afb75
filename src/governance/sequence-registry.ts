import type { SequenceState } from '../postgres/sequence-answer.ts';
import type { ControlJournal } from './control-journal.ts';
import { sequenceMoved } from './errors.ts';

/** What a sequence counts by. */
export type SequenceSpan = {
  readonly increment: bigint;
  readonly min: bigint;
  readonly max: bigint;
  readonly start: bigint;
};

/** Values that are reserved at once, as PostgreSQL logs them ahead (SEQ_LOG_VALS). */
const RESERVED_VALUES = 32n;

/** How often values are asked for again after another gateway was first. */
const MAX_ATTEMPTS = 5;

type Known = {
  /** What the control log has; undefined where it has nothing. */
  logged: SequenceState | undefined;
  /** What this gateway has come to, where it has values that are its own up to `logged`. */
  own: { state: SequenceState; until: bigint } | undefined;
};

/**
 * The values of sequences. A value is in the control log before anybody sees it: a gateway reserves some at a time, so
 * a crash leaves a gap and never a repetition. As in PostgreSQL, a rollback gives nothing back.
 */
export class SequenceRegistry {
  readonly #journal: ControlJournal;
  readonly #known = new Map<string, Known>();
  readonly #turns = new Map<string, Promise<unknown>>();

  private constructor(journal: ControlJournal) {
    this.#journal = journal;
  }

  static async open(journal: ControlJournal): Promise<SequenceRegistry> {
    const registry = new SequenceRegistry(journal);
    await journal.follow(async ({ change }) => {
      if (change.kind !== 'sequence') return;
      const known = registry.#of(change.database, change.id);
      known.logged = { last: BigInt(change.last), isCalled: change.isCalled };
      if (change.isSet) known.own = undefined;
    });
    return registry;
  }

  /** Runs work that uses the sequence; whoever comes next waits. */
  async inTurn<T>(database: string, id: string, work: () => Promise<T>): Promise<T> {
    const key = `${database} ${id}`;
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => undefined);
    this.#turns.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === settled) this.#turns.delete(key);
    }
  }

  /**
   * Where the sequence stands, with values reserved for this gateway from there on. In turn only. `mayTakeMany`: those
   * that were reserved last by anybody, so that more can follow them.
   */
  async state(database: string, id: string, span: SequenceSpan, mayTakeMany = false): Promise<SequenceState> {
    if (mayTakeMany) await this.#journal.refresh();
    for (let attempt = 1; ; attempt++) {
      const { own, logged } = this.#of(database, id);
      const isLast = !mayTakeMany || logged === undefined || own?.until === logged.last;
      if (
        own !== undefined &&
        isLast &&
        (own.state.last !== own.until || !own.state.isCalled || isAtEnd(own.state, span))
      )
        return own.state;
      await this.#journal.refresh();
      const from = this.#of(database, id).logged ?? { last: span.start, isCalled: false };
      try {
        await this.#reserve(database, id, span, from, this.#of(database, id).logged ?? logged);
        return from;
      } catch (error) {
        if (attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  /** Where the sequence stands as far as this gateway knows. */
  shown(database: string, id: string, { start }: SequenceSpan): SequenceState {
    const { own, logged } = this.#of(database, id);
    return own?.state ?? logged ?? { last: start, isCalled: false };
  }

  /** Where it stands after a statement; nothing may be shown to a client before. In turn only. */
  async advance(database: string, id: string, span: SequenceSpan, to: SequenceState): Promise<void> {
    const { own } = this.#of(database, id);
    if (own === undefined) throw sequenceMoved();
    if (isWithin(own.state, own.until, to, span)) {
      own.state = to;
      return;
    }
    // More than was reserved: it goes on from there only if nobody else did.
    const known = this.#of(database, id);
    known.own = undefined;
    await this.#reserve(database, id, span, to, { last: own.until, isCalled: true });
  }

  /** setval() and ALTER SEQUENCE: from here on, for all gateways. */
  async set(database: string, id: string, { last, isCalled }: SequenceState): Promise<void> {
    const change = { kind: 'sequence', database, id, last: String(last), isCalled, isSet: true } as const;
    await this.#journal.append(change, '', async () => undefined);
  }

  async #reserve(
    database: string,
    id: string,
    span: SequenceSpan,
    state: SequenceState,
    expected: SequenceState | undefined,
  ): Promise<void> {
    const known = this.#of(database, id);
    const until = lastReserved(state, span);
    const change = { kind: 'sequence', database, id, last: String(until), isCalled: true, isSet: false } as const;
    await this.#journal.append(change, '', async () => {
      const now = known.logged;
      const isExpected = now === undefined ? true : now.last === expected?.last && now.isCalled === expected.isCalled;
      if (!isExpected) throw sequenceMoved();
    });
    known.own = { state, until };
  }

  #of(database: string, id: string): Known {
    const key = `${database} ${id}`;
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = { logged: undefined, own: undefined }));
    return known;
  }
}

/** The last of the values reserved from a state on; at the end of the range there may be none, or one that was used. */
function lastReserved({ last, isCalled }: SequenceState, { increment, min, max }: SequenceSpan): bigint {
  const first = isCalled ? last + increment : last;
  if (first < min || first > max) return last;
  const steps = RESERVED_VALUES - 1n;
  const room = increment > 0n ? (max - first) / increment : (min - first) / increment;
  return first + increment * (steps < room ? steps : room);
}

/** Nothing is left to reserve. */
function isAtEnd({ last, isCalled }: SequenceState, { increment, min, max }: SequenceSpan): boolean {
  return isCalled && (last + increment < min || last + increment > max);
}

/** It went forward, not beyond what is reserved. */
function isWithin(from: SequenceState, until: bigint, to: SequenceState, { increment }: SequenceSpan): boolean {
  if (!to.isCalled) return to.last === from.last && !from.isCalled;
  return increment > 0n ? to.last >= from.last && to.last <= until : to.last <= from.last && to.last >= until;
}
