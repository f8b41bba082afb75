/**
 * The mirror's bookkeeping: which relation stands for which table and schema, and when it must be made anew.
 */
import type { LoadedTable, TableName } from '../catalog/catalog.ts';
import type { Schema } from '../iceberg/iceberg.ts';
import type { MirroredRelation } from '../translate/translate.ts';
import type { Dependants } from './dependants.ts';
import { attributesQuery } from './attributes-query.ts';
import { brokenProperty } from './errors.ts';
import { query, request, runStatement } from './request.ts';
import { hiddenSchema } from './hidden-schema.ts';
import { freeName, schemaNameOf } from './free-name.ts';
import { primaryKeyName } from './primary-key-name.ts';
import { mirrorTableDdl, rowCountOf, type MirrorDdl, type MirrorPlan } from './mirror-table-ddl.ts';
import { RelationFingerprints } from './relation-fingerprints.ts';
import { mirroredProperties } from './mirrored-properties.ts';
import type { Mirror } from './postgres.ts';
import type { Send } from './postgres-lane.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';
import { rehearse } from './rehearse.ts';
import { relationOf } from './relation-of.ts';
import type { Answer } from './read-reply.ts';

type Entry = {
  readonly key: string;
  /** The relation is made anew when this changes. */
  readonly fingerprint: string;
  readonly plan: MirrorPlan;
  readonly name: TableName;
  readonly drops: readonly string[];
  readonly relation: MirroredRelation;
};

const TIDIED = 'pg_class pg_attribute pg_type pg_depend pg_constraint pg_attrdef pg_description'.split(' ');
const CHANGES_BETWEEN_TIDYING = 500; // Tidying takes about 80 ms.

export class RelationMirror implements Mirror {
  readonly #send: Send;
  /** Owns everything in the mirror; DDL runs as this role, never as superuser. Undefined: as whom the instance runs. */
  readonly #owner: string | undefined;
  readonly #dependants: Dependants | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #byOid = new Map<number, MirroredRelation>();
  readonly #namespaces = new Map<string, readonly string[]>([['public', ['public']]]);
  readonly #typeNames = new Set<string>();
  /** The last change of each relation or schema: changes of one follow each other. */
  readonly #pending = new Map<string, Promise<unknown>>();
  readonly #fingerprints = new RelationFingerprints();
  #travels = 0;
  #changes = 0;

  constructor(send: Send, owner: string | undefined, dependants?: Dependants) {
    this.#send = send;
    this.#owner = owner;
    this.#dependants = dependants;
  }

  async ensureNamespace(namespace: readonly string[]): Promise<void> {
    const schema = schemaNameOf(namespace);
    if (this.#namespaces.has(schema)) return;
    await this.#inTurn(`schema ${schema}`, async () => {
      if (this.#namespaces.has(schema)) return;
      await this.#define(this.#send, [`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`]);
      this.#namespaces.set(schema, namespace);
    });
  }

  async dropNamespace(namespace: readonly string[]): Promise<void> {
    const schema = schemaNameOf(namespace);
    const within = [...this.#entries.values()].filter(({ name }) => schemaNameOf(name.namespace) === schema);
    for (const { name } of within) await this.dropTable(name);
    await this.#inTurn(`schema ${schema}`, async () => {
      this.#dependants?.schemaDropped(schema);
      await this.#define(this.#send, [`DROP SCHEMA IF EXISTS ${quoteIdentifier(schema)} CASCADE`]);
      this.#namespaces.delete(schema);
    });
  }

  async ensureTable(table: LoadedTable): Promise<MirroredRelation> {
    const { metadata, name } = table;
    const schema = metadata.schemas.find(({ schemaId }) => schemaId === metadata.currentSchemaId);
    if (schema === undefined) throw new Error(`table ${name.name} has no current schema`);
    const key = keyOf(name);
    const properties = mirroredProperties(metadata.properties, this.#owner !== undefined);
    const fingerprint = this.#fingerprints.of(metadata.tableUuid, schema, properties);
    const held = this.#entries.get(key);
    if (held?.fingerprint === fingerprint) return held.relation;
    await this.ensureNamespace(name.namespace);
    return await this.#inTurn(key, async () => {
      const schemaName = schemaNameOf(name.namespace);
      const relationName = freeName(name.name, (candidate) => this.#isTaken(schemaName, candidate, key));
      const wantedKey = primaryKeyName(name, schema, metadata.properties);
      const keyName =
        wantedKey && freeName(wantedKey, (it) => it === relationName || this.#isTaken(schemaName, it, key));
      const plan = {
        schemaName,
        relationName,
        schema,
        properties,
        rowCount: rowCountOf(metadata),
        isWritable: true,
        ...(keyName !== undefined && { keyName }),
      };
      return await this.#replace({ key, fingerprint, name, plan });
    });
  }

  async ensureSchema(table: LoadedTable, schema: Schema, ordinal = 0): Promise<MirroredRelation> {
    const { name } = table;
    const key = `${keyOf(name)} ${schema.schemaId} ${ordinal}`;
    const properties = mirroredProperties(table.metadata.properties, this.#owner !== undefined);
    const fingerprint = this.#fingerprints.of(table.metadata.tableUuid, schema, properties);
    const held = this.#entries.get(key);
    if (held?.fingerprint === fingerprint) return held.relation;
    return await this.#inTurn(key, async () => {
      const relationName = this.#entries.get(key)?.plan.relationName ?? `travel_${++this.#travels}`;
      const plan = {
        schemaName: hiddenSchema,
        relationName,
        schema,
        properties,
        rowCount: undefined,
        isWritable: false,
      };
      return await this.#replace({ key, fingerprint, name, plan });
    });
  }

  async dropTable(name: TableName): Promise<void> {
    const own = keyOf(name);
    const keys = [...this.#entries.keys()].filter((key) => key === own || key.startsWith(`${own} `));
    await Promise.all(
      keys.map((key) =>
        this.#inTurn(key, async () => {
          const entry = this.#entries.get(key);
          if (entry === undefined) return;
          this.#forget(entry);
          const { schemaName, relationName } = entry.plan;
          await this.#apart(this.#send, this.#dependants?.owned(schemaName, relationName).part);
          this.#dependants?.tableDropped(schemaName, relationName);
          await this.#define(this.#send, entry.drops);
          this.#tidyUp();
        }),
      ),
    );
  }

  byOid(oid: number): MirroredRelation | undefined {
    return this.#byOid.get(oid);
  }

  byName(name: TableName): MirroredRelation | undefined {
    return this.#entries.get(keyOf(name))?.relation;
  }

  tables(): readonly MirroredRelation[] {
    return [...this.#entries.values()].filter(({ plan }) => plan.isWritable).map(({ relation }) => relation);
  }

  namespaces(): readonly (readonly string[])[] {
    return [...this.#namespaces.values()];
  }

  /** Makes everything anew, in the order it was made, in an instance that has nothing. Oids change. */
  async replay(send: Send): Promise<void> {
    const schemas = [...this.#namespaces.keys()].map(
      (schema) => `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`,
    );
    await this.#define(send, schemas);
    this.#byOid.clear();
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#typeNames.clear();
    for (const { key, fingerprint, name, plan } of entries)
      await this.#create({ key, fingerprint, name, plan }, [], send);
  }

  async #replace(wanted: Omit<Entry, 'drops' | 'relation'>): Promise<MirroredRelation> {
    const held = this.#entries.get(wanted.key);
    if (held?.fingerprint === wanted.fingerprint) return held.relation;
    const relation = await this.#create(wanted, held?.drops ?? [], this.#send);
    this.#tidyUp();
    return relation;
  }

  /** The instance has neither autovacuum nor checkpointer: dead catalog rows and WAL would grow for ever. */
  #tidyUp(): void {
    if (++this.#changes % CHANGES_BETWEEN_TIDYING !== 0) return;
    const commands = [...TIDIED.map((catalog) => `VACUUM pg_catalog.${catalog}`), 'CHECKPOINT'];
    // Nobody waits for it; what goes wrong shows in the next request.
    this.#send(() => request(...commands.map((command) => query(command)))).catch(() => undefined);
  }

  async #create(
    wanted: Omit<Entry, 'drops' | 'relation'>,
    drops: readonly string[],
    send: Send,
  ): Promise<MirroredRelation> {
    const { plan, name } = wanted;
    const ddl = mirrorTableDdl(plan, (hint) => this.#typeName(hint));
    const statements = [...drops, ...ddl.drops, ...ddl.statements];
    const owned = this.#dependants?.owned(plan.schemaName, plan.relationName);
    await this.#apart(send, owned?.part);
    this.#dependants?.tableDropped(plan.schemaName, plan.relationName);
    const answers = await this.#batch(send, statements, ddl, plan);
    await this.#apart(send, owned?.join);
    const relation = relationOf(name, plan, ddl, answers);
    const held = this.#entries.get(wanted.key);
    if (held) this.#forget(held);
    this.#entries.set(wanted.key, { ...wanted, drops: ddl.drops, relation });
    this.#byOid.set(relation.oid, relation);
    return relation;
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.key);
    this.#byOid.delete(entry.relation.oid);
  }

  #isTaken(schemaName: string, relationName: string, key: string): boolean {
    for (const entry of this.#entries.values()) {
      const { plan } = entry;
      if (entry.key === key || plan.schemaName !== schemaName) continue;
      if (plan.relationName === relationName || plan.keyName === relationName) return true;
    }
    return false;
  }

  #typeName(hint: string): string {
    const name = freeName(hint, (candidate) => this.#typeNames.has(candidate));
    this.#typeNames.add(name);
    return name;
  }

  async #define(send: Send, statements: readonly string[]): Promise<void> {
    const answers = await send(() => request(query(this.#opening(statements)), query('COMMIT')));
    for (const { error } of answers) if (error) throw error;
  }

  async #batch(
    send: Send,
    statements: readonly string[],
    ddl: MirrorDdl,
    plan: MirrorPlan,
  ): Promise<readonly Answer[]> {
    const untrusted = ddl.untrusted.map(({ sql }) => sql);
    if (untrusted.length > 0 && this.#owner !== undefined && this.#dependants?.hasRoutines === true)
      await rehearse(send, this.#owner, statements, untrusted, plan);
    const answers = await send(() =>
      request(
        query(this.#opening(statements)),
        ...untrusted.map((sql) => runStatement(sql, { oids: [], formats: [], values: [] }, [])),
        query(attributesQuery(plan)),
        query('COMMIT'),
      ),
    );
    answers.forEach(({ error }, index) => {
      if (error === undefined) return;
      const source = ddl.untrusted[index - 1];
      throw source === undefined ? error : brokenProperty(source.property, error);
    });
    return answers;
  }

  #opening(statements: readonly string[]): string {
    const owner = this.#owner === undefined ? [] : [`SET LOCAL SESSION AUTHORIZATION ${quoteLiteral(this.#owner)}`];
    return ['BEGIN', ...owner, ...statements].join(';\n');
  }

  /** One by one: a sequence that cannot be parted or joined keeps nobody from the table. */
  async #apart(send: Send, statements: readonly string[] = []): Promise<void> {
    for (const statement of statements) await send(() => request(query(statement)));
  }

  /** Runs `change` after all earlier changes under the same key. */
  async #inTurn<T>(key: string, change: () => Promise<T>): Promise<T> {
    const before = this.#pending.get(key) ?? Promise.resolve();
    const turn = before.then(change, change);
    this.#pending.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#pending.get(key) === turn) this.#pending.delete(key);
    }
  }
}

function keyOf(name: TableName): string {
  return JSON.stringify([...name.namespace, name.name]);
}
