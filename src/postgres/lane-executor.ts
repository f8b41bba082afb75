import { SqlError } from '../base/sql-error.ts';
import { batchOpening, type BatchKind } from './batch-opening.ts';
import { clientAnswer } from './client-answer.ts';
import type { AnalysisContext } from './postgres.ts';
import type { Answer } from './read-reply.ts';
import type { Replica, ReplicaBatch } from './replica.ts';
import type { ReplicaPool } from './replica-pool.ts';
import { query, request } from './request.ts';
import { routineAnswer, routineRequest } from './routine-answer.ts';
import { sequenceAnswer, sequenceOpening, sequenceRequest, type SequencePriming } from './sequence-answer.ts';

/** Runs the client's part of batches, each on a lane of its own; once more where the worker crashed under it. */
export class LaneExecutor {
  readonly #replicas: ReplicaPool;

  constructor(replicas: ReplicaPool) {
    this.#replicas = replicas;
  }

  async run(
    context: AnalysisContext,
    kind: BatchKind,
    client: () => Buffer,
    signal: AbortSignal | undefined,
    callsRoutines: boolean,
  ): Promise<Answer> {
    const batch = {
      opening: batchOpening(context, kind, callsRoutines),
      openedAt: context.startedAt,
      request: () => (callsRoutines ? routineRequest(client()) : request(client(), query('COMMIT'))),
      signal,
    };
    const read = callsRoutines ? routineAnswer : clientAnswer;
    return await this.#onLane(batch, (answers, replica) => read(answers, () => replica.end()));
  }

  async runWithSequences(
    context: AnalysisContext,
    client: () => Buffer,
    priming: SequencePriming,
    signal: AbortSignal | undefined,
  ): ReturnType<typeof sequenceAnswer> {
    const batch = {
      opening: `${sequenceOpening(priming)}; ${batchOpening(context, 'define', true)}`,
      openedAt: context.startedAt,
      request: () => sequenceRequest(client(), priming.uses),
      signal,
    };
    return await this.#onLane(batch, (answers, replica) => sequenceAnswer(answers, priming.uses, () => replica.end()));
  }

  async #onLane<T>(
    batch: ReplicaBatch,
    read: (answers: readonly Answer[], replica: Replica) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const replica = await this.#replicas.acquire(batch.signal);
      try {
        return await read(await replica.run(batch), replica);
      } catch (error) {
        const crashed = error instanceof SqlError && error.sqlstate === '57P02';
        if (!crashed || attempt > 1) throw error;
      } finally {
        this.#replicas.release(replica);
      }
    }
  }
}
