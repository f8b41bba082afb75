/**
 * Which views, sequences, types and routines the mirror has at the moment. Where a table of the mirror is made anew,
 * those that need it are gone, and are made again before the next statement that names them.
 */
import type { Dependants } from './dependants.ts';
import { query, request } from './request.ts';
import { quoteIdentifier } from './quote.ts';
import type { Send } from './postgres-lane.ts';
import { objectKey, type ObjectSet, type SchemaObject } from './schema-object.ts';

export class ObjectMirror implements Dependants {
  readonly #send: Send;
  readonly #applied = new Map<string, SchemaObject>();
  #changes = 0;
  #settled: { readonly set: ObjectSet; readonly changes: number } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(send: Send) {
    this.#send = send;
  }

  /** Another number: something was made or dropped since. */
  get changes(): number {
    return this.#changes;
  }

  get size(): number {
    return this.#applied.size;
  }

  /** There is an object of this name, in whatever state. */
  holds(key: string): boolean {
    return this.#applied.has(key);
  }

  has(key: string, object: SchemaObject): boolean {
    const applied = this.#applied.get(key);
    if (applied === undefined || !isSame(applied, object)) return false;
    // Read from the control log again, it is another object that says the same.
    if (applied !== object) this.#applied.set(key, object);
    return true;
  }

  /** Nothing changed since all that every statement may name was there as the set has it. */
  isSettled(set: ObjectSet): boolean {
    return this.#settled?.set === set && this.#settled.changes === this.#changes;
  }

  settle(set: ObjectSet): void {
    this.#settled = { set, changes: this.#changes };
  }

  /** Objects of the mirror that the set has not, or has otherwise. */
  strangers(set: ObjectSet): readonly SchemaObject[] {
    return [...this.#applied].flatMap(([key, object]) => {
      const wanted = set.get(key);
      return wanted !== undefined && this.has(key, wanted) ? [] : [object];
    });
  }

  /** Runs `work` alone: bringing the mirror to what one transaction sees takes several steps. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }

  async create(object: SchemaObject): Promise<void> {
    await this.#define([
      'SET LOCAL check_function_bodies = off',
      'SET LOCAL search_path = pg_catalog',
      ...object.create,
    ]);
    this.#applied.set(objectKey(object), object);
  }

  /** Objects that need them go too. */
  async drop(objects: readonly SchemaObject[]): Promise<void> {
    if (objects.length === 0) return;
    this.#forget(new Set(objects.map(objectKey)));
    await this.#define(objects.map(dropStatement));
  }

  /** The relation leaves the mirror with the next request, and with it what needs it. */
  tableDropped(schema: string, name: string): void {
    const gone = [...this.#applied].filter(([, { tables }]) =>
      tables.some(([ofSchema, table]) => ofSchema === schema && table === name),
    );
    if (gone.length > 0) this.#forget(new Set(gone.map(([key]) => key)));
  }

  schemaDropped(schema: string): void {
    const gone = [...this.#applied].filter(([, object]) => object.schema === schema);
    if (gone.length > 0) this.#forget(new Set(gone.map(([key]) => key)));
  }

  /** The instance is a fresh one. */
  reset(): void {
    this.#changes++;
    this.#applied.clear();
  }

  #forget(keys: Set<string>): void {
    this.#changes++;
    for (let size = -1; size !== keys.size;) {
      size = keys.size;
      for (const [key, { needs }] of this.#applied) if (needs.some((needed) => keys.has(needed))) keys.add(key);
    }
    for (const key of keys) this.#applied.delete(key);
  }

  async #define(statements: readonly string[]): Promise<void> {
    this.#changes++;
    const answers = await this.#send(() => request(query(['BEGIN', ...statements].join(';\n')), query('COMMIT')));
    for (const { error } of answers) if (error) throw error;
  }
}

function isSame(one: SchemaObject, other: SchemaObject): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

const COMMANDS = { view: 'VIEW', sequence: 'SEQUENCE', type: 'TYPE', routine: 'ROUTINE' } as const;

function dropStatement({ kind, schema, name, arguments: types }: SchemaObject): string {
  const target = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  return `DROP ${COMMANDS[kind]} IF EXISTS ${target}${types === undefined ? '' : `(${types})`} CASCADE`;
}
