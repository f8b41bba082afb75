import type { Send } from './postgres-lane.ts';
import { query, request } from './request.ts';
import { dataRowValues, type Answer } from './read-reply.ts';

/** A request that changed the mirror for good, and the oid that PostgreSQL would have given out next before it. */
export type Definition = { readonly oid: number; readonly bytes: Uint8Array };

/**
 * What was defined in the analysing instance, in order. A replica that repeats it from the same oids on has the same
 * relations under the same oids, so that an oid seen in one answer means the same in the next statement, wherever that
 * runs. Transactions that are rolled back take oids too and are not repeated: hence the mark before each definition.
 */
export class DefinitionLog {
  #definitions: Definition[] = [];
  #epoch = 0;
  #replicaOid = 0;

  /** Another number: everything was defined anew, and replicas of before are worthless. */
  get epoch(): number {
    return this.#epoch;
  }

  get length(): number {
    return this.#definitions.length;
  }

  since(index: number): readonly Definition[] {
    return this.#definitions.slice(index);
  }

  /** Runs a request that lasts, and keeps it unless it failed. */
  async define(send: Send, messages: () => Uint8Array): Promise<readonly Answer[]> {
    const bytes = messages();
    const mark = query(advanceOid(this.#replicaOid));
    const [marked, ...answers] = await send(() => request(mark, Buffer.from(bytes)));
    if (marked === undefined) return answers;
    if (marked.error) throw marked.error;
    if (answers.every(({ error }) => error === undefined))
      this.#definitions.push({ oid: advancedOid(marked), bytes: bytes.slice() });
    return answers;
  }

  /** A replica has come this far by itself (toasted values, crashes): the next definition starts beyond. */
  passed(oid: number): void {
    this.#replicaOid = Math.max(this.#replicaOid, oid);
  }

  reset(): void {
    this.#definitions = [];
    this.#epoch++;
  }
}

/** Takes oids until one is at least `oid`; answers the last one taken. */
export function advanceOid(oid: number): string {
  const next = `pg_catalog.pg_nextoid('pg_catalog.pg_class', 'oid', 'pg_catalog.pg_class_oid_index')`;
  return (
    `WITH RECURSIVE taken(oid) AS (SELECT ${next} UNION ALL SELECT ${next} FROM taken WHERE oid < ${oid}) ` +
    `SELECT max(oid) AS bergwire_oid FROM taken`
  );
}

/** The answer to `advanceOid`. */
export function advancedOid({ rows }: Answer): number {
  const value = rows[0] && dataRowValues(rows[0])[0];
  return Number(new TextDecoder().decode(value ?? new Uint8Array()));
}
