/**
 * Which views, sequences, types and routines the mirror has at the moment. Where a table of the mirror is made anew,
 * those that need it are gone, and are made again before the next statement that names them.
 */
import type { Dependants } from './dependants.ts';
import { query, request } from './request.ts';
import { quoteIdentifier } from './quote.ts';
import type { Send } from './postgres-lane.ts';
import { tablesUsing } from './tables-using.ts';
import { objectKey, type ObjectSet, type SchemaObject } from './schema-object.ts';

export class ObjectMirror implements Dependants {
  readonly #send: Send;
  readonly #applied = new Map<string, SchemaObject>();
  #changes = 0;
  #routines = 0;
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

  /** Users' routines may run in any statement that can name them. */
  get hasRoutines(): boolean {
    return this.#routines > 0;
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
    await this.#create(this.#send, object);
  }

  async #create(send: Send, object: SchemaObject): Promise<void> {
    await this.#define(send, [
      'SET LOCAL check_function_bodies = off',
      'SET LOCAL search_path = pg_catalog',
      ...object.create,
    ]);
    this.#applied.set(objectKey(object), object);
    this.#count();
    // Where the table is not there yet, it is joined when that is mirrored.
    if (object.ownedBy !== undefined) await send(() => request(query(joinStatement(object))));
  }

  /** Tables of the mirror that need the objects, or others that need those: they are lost with them. */
  async usedBy(objects: readonly SchemaObject[]): Promise<readonly (readonly [schema: string, name: string])[]> {
    const keys = this.#withDependants(new Set(objects.map(objectKey)));
    return await tablesUsing(
      this.#send,
      [...keys].flatMap((key) => this.#applied.get(key) ?? []),
    );
  }

  /** Objects that need them go too. */
  async drop(objects: readonly SchemaObject[]): Promise<void> {
    if (objects.length === 0) return;
    this.#forget(new Set(objects.map(objectKey)));
    await this.#define(this.#send, objects.map(dropStatement));
  }

  /** The relation leaves the mirror with the next request, and with it what needs it. */
  tableDropped(schema: string, name: string): void {
    const gone = [...this.#applied].filter(([, { tables }]) =>
      tables.some(([ofSchema, table]) => ofSchema === schema && table === name),
    );
    if (gone.length > 0) this.#forget(new Set(gone.map(([key]) => key)));
  }

  owned(schema: string, name: string): { readonly part: readonly string[]; readonly join: readonly string[] } {
    const all = [...this.#applied.values()].filter(
      ({ ownedBy }) => ownedBy?.schema === schema && ownedBy.table === name,
    );
    return { part: all.map((object) => `${ownedStatement(object)} NONE`), join: all.map(joinStatement) };
  }

  schemaDropped(schema: string): void {
    const gone = [...this.#applied].filter(([, object]) => object.schema === schema);
    if (gone.length > 0) this.#forget(new Set(gone.map(([key]) => key)));
  }

  /** The instance is a fresh one: what tables may need is made again at once, the rest when it is named. */
  async replay(send: Send): Promise<void> {
    const first = [...this.#applied.values()].filter(({ kind, tables }) => kind !== 'view' && tables.length === 0);
    this.#changes++;
    this.#applied.clear();
    this.#routines = 0;
    for (const object of first) await this.#create(send, object);
  }

  #forget(keys: Set<string>): void {
    this.#changes++;
    for (const key of this.#withDependants(keys)) this.#applied.delete(key);
    this.#count();
  }

  #withDependants(keys: Set<string>): Set<string> {
    for (let size = -1; size !== keys.size;) {
      size = keys.size;
      for (const [key, { needs }] of this.#applied) if (needs.some((needed) => keys.has(needed))) keys.add(key);
    }
    return keys;
  }

  #count(): void {
    this.#routines = [...this.#applied.values()].filter(({ kind }) => kind === 'routine').length;
  }

  async #define(send: Send, statements: readonly string[]): Promise<void> {
    this.#changes++;
    const answers = await send(() => request(query(['BEGIN', ...statements].join(';\n')), query('COMMIT')));
    for (const { error } of answers) if (error) throw error;
  }
}

function ownedStatement({ schema, name }: SchemaObject): string {
  return `ALTER SEQUENCE IF EXISTS ${quoteIdentifier(schema)}.${quoteIdentifier(name)} OWNED BY`;
}

function joinStatement(object: SchemaObject): string {
  const { schema, table, column } = object.ownedBy!;
  return `${ownedStatement(object)} ${[schema, table, column].map(quoteIdentifier).join('.')}`;
}

function isSame(one: SchemaObject, other: SchemaObject): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

const COMMANDS = { view: 'VIEW', sequence: 'SEQUENCE', type: 'TYPE', routine: 'ROUTINE' } as const;

function dropStatement({ kind, schema, name, arguments: types }: SchemaObject): string {
  const target = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  return `DROP ${COMMANDS[kind]} IF EXISTS ${target}${types === undefined ? '' : `(${types})`} CASCADE`;
}
