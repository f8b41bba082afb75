import type { LoadedTable, TableName } from '../../catalog/catalog.ts';
import type { PrivatePool } from '../../postgres/private/private-pool.ts';
import type { PrivatePostgres } from '../../postgres/private/private-postgres.ts';
import { dataRowValues } from '../../postgres/read-reply.ts';
import { temporaryTableLost } from '../errors.ts';
import type { SessionTemporaries } from '../query.ts';
import { SessionSequences } from '../session-sequences.ts';
import { settingStatements } from './setting-statements.ts';

export type TemporaryRelation = { readonly oid: number; readonly kind: string };

/** The temporary objects that there are, by name. */
export type TemporaryNames = {
  /** Tables, views, sequences, indexes. */
  readonly relations: ReadonlyMap<string, TemporaryRelation>;
  /** Functions and types. */
  readonly others: ReadonlySet<string>;
};

const NOTHING: TemporaryNames = { relations: new Map(), others: new Set() };

const LISTING = `SELECT relname, oid, relkind::pg_catalog.text FROM pg_catalog.pg_class
    WHERE relnamespace = pg_catalog.pg_my_temp_schema()
  UNION ALL SELECT proname, 0, '' FROM pg_catalog.pg_proc WHERE pronamespace = pg_catalog.pg_my_temp_schema()
  UNION ALL SELECT typname, 0, '' FROM pg_catalog.pg_type
    WHERE typnamespace = pg_catalog.pg_my_temp_schema() AND typrelid = 0 AND typelem = 0`;

/**
 * One session's temporary objects. They live in a private instance that is leased when the first one is made and given
 * back when there are none any more.
 */
export class TemporaryObjects implements SessionTemporaries {
  /** What currval() and lastval() answer of sequences that are not temporary. */
  readonly sequences = new SessionSequences();
  readonly #pool: PrivatePool;
  readonly #role: string;
  #instance: PrivatePostgres | undefined;
  #names = NOTHING;
  /** Something may have made or dropped objects since they were listed. */
  #isListed = true;
  /** Relations that ended with their instance. */
  #lost: ReadonlySet<string> = new Set();
  /** The settings that the instance has; undefined where a rollback may have taken them back. */
  #settings: ReadonlyMap<string, string> | undefined;
  #version = 0;
  /** Tables that the mirror has hidden relations for, by name. */
  readonly #mirrored = new Map<string, { readonly fingerprint: string; readonly table: LoadedTable }>();
  readonly #unmirror: (name: TableName) => Promise<void>;

  /** `unmirror` takes the hidden relation of a temporary table out of the mirror. */
  constructor(pool: PrivatePool, role: string, unmirror: (name: TableName) => Promise<void>) {
    this.#pool = pool;
    this.#role = role;
    this.#unmirror = unmirror;
  }

  /** What stands for a temporary table in the mirror; made anew where the table's columns are others than before. */
  async mirrored(name: string, fingerprint: string, make: () => LoadedTable): Promise<LoadedTable> {
    const held = this.#mirrored.get(name);
    if (held?.fingerprint === fingerprint) return held.table;
    if (held !== undefined) await this.#unmirror(held.table.name);
    const table = make();
    this.#mirrored.set(name, { fingerprint, table });
    return table;
  }

  /** The table that `mirrored` gave for this name in the mirror, if it still stands. */
  mirroredAs({ name, namespace }: TableName): LoadedTable | undefined {
    const table = this.#mirrored.get(name)?.table;
    return table !== undefined && table.name.namespace.join('.') === namespace.join('.') ? table : undefined;
  }

  /** The session has an instance, or had one that was lost. */
  get isInUse(): boolean {
    this.#noticeLoss();
    return this.#instance !== undefined || this.#lost.size > 0;
  }

  /** Changes with the set of names: statements that were prepared before are to be read again. */
  get version(): number {
    return this.#version;
  }

  /** The instance, leased if there is none yet, with the session's settings. */
  async instance(settings: ReadonlyMap<string, string>): Promise<PrivatePostgres> {
    this.#noticeLoss();
    this.#instance ??= await this.#pool.lease(this.#role);
    if (this.#settings !== settings) {
      await this.#instance.command(settingStatements(settings, this.#settings ?? new Map()));
      this.#settings = settings;
    }
    return this.#instance;
  }

  /** The settings may be others than those that were set last. */
  forgetSettings(): void {
    this.#settings = undefined;
  }

  /** A statement ran that may have made or dropped objects. */
  changed(): void {
    this.#isListed = false;
  }

  async currentVersion(): Promise<number> {
    await this.names();
    return this.#version;
  }

  async names(): Promise<TemporaryNames> {
    this.#noticeLoss();
    if (this.#isListed || this.#instance === undefined) return this.#names;
    const answers = await this.#instance.command(LISTING);
    this.#become(readNames(answers[0]?.rows ?? []));
    this.#isListed = true;
    return this.#names;
  }

  /** Raises where the relation was lost with its instance. */
  checkNotLost(name: string): void {
    if (this.#lost.has(name)) throw temporaryTableLost(name);
  }

  /** DISCARD TEMP. */
  forgetLost(): void {
    this.#lost = new Set();
  }

  /** The relation is made anew. */
  recreated(name: string): void {
    if (this.#lost.has(name)) this.#lost = new Set([...this.#lost].filter((lost) => lost !== name));
  }

  /** After a transaction: an instance without objects goes back. */
  async settle(): Promise<void> {
    if (this.#instance === undefined) return;
    const { relations, others } = await this.names();
    await this.#unmirrorAll((name) => !relations.has(name));
    if (relations.size === 0 && others.size === 0) await this.#release();
  }

  discardSequences(): void {
    this.sequences.discard();
  }

  async discardAll(): Promise<void> {
    this.sequences.discard();
    await this.#release();
    this.#lost = new Set();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#release();
  }

  async #unmirrorAll(which: (name: string) => boolean): Promise<void> {
    for (const [name, { table }] of this.#mirrored) {
      if (!which(name)) continue;
      this.#mirrored.delete(name);
      await this.#unmirror(table.name);
    }
  }

  async #release(): Promise<void> {
    await this.#unmirrorAll(() => true);
    const instance = this.#instance;
    this.#instance = undefined;
    this.#settings = undefined;
    this.#isListed = true;
    this.#become(NOTHING);
    if (instance !== undefined) await this.#pool.release(instance);
  }

  #noticeLoss(): void {
    const instance = this.#instance;
    if (instance === undefined || instance.isAlive) return;
    this.#lost = new Set([...this.#lost, ...this.#names.relations.keys()]);
    this.#instance = undefined;
    this.#settings = undefined;
    this.#isListed = true;
    this.#become(NOTHING);
    void this.#pool.release(instance).catch(() => undefined);
  }

  #become(names: TemporaryNames): void {
    if (key(names) === key(this.#names)) return;
    this.#names = names;
    this.#version++;
  }
}

function key({ relations, others }: TemporaryNames): string {
  return JSON.stringify([[...relations].map(([name, { oid }]) => [name, oid]), [...others]]);
}

function readNames(rows: readonly Uint8Array[]): TemporaryNames {
  const relations = new Map<string, TemporaryRelation>();
  const others = new Set<string>();
  for (const row of rows) {
    const [name = '', oid = '', kind = ''] = dataRowValues(row).map((value) =>
      Buffer.from(value ?? []).toString('utf8'),
    );
    if (kind === '') others.add(name);
    else relations.set(name, { oid: Number(oid), kind });
  }
  return { relations, others };
}
