/**
 * The DDL of one mirrored relation: composite types and domains of nested columns, the table, comments, size estimate.
 * Pure.
 */
import type { NestedField, Schema, TableMetadata } from '../iceberg/iceberg.ts';
import { postgresTypeOf, rememberedType, unsupportedPart, type PostgresType } from '../translate/postgres-type-of.ts';
import { hiddenSchema } from './hidden-schema.ts';
import { columnNames, truncatedName } from './free-name.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';

export type MirrorPlan = {
  readonly schemaName: string;
  readonly relationName: string;
  readonly schema: Schema;
  readonly properties: Readonly<Record<string, string>>;
  readonly rowCount: number | undefined;
  /** Name of the primary key, where the table has one; its columns are the schema's identifier fields. */
  readonly keyName?: string;
  /** False for the hidden relations of time travel, which are only read. */
  readonly isWritable: boolean;
};

export type MirrorDdl = {
  /** The gateway's own text. */
  readonly statements: readonly string[];
  /** Built from table properties that anyone may have written: each is sent as one statement of its own. */
  readonly untrusted: readonly { readonly property: string; readonly sql: string }[];
  /** What DROP must take along, in order. */
  readonly drops: readonly string[];
  /** Iceberg types that Postgres cannot hold, by column index. */
  readonly unsupported: ReadonlyMap<number, string>;
};

/** Table property that marks a CHECK constraint as NOT VALID, the constraint's name after it. */
const NOT_VALID = 'bergwire.check-not-valid.';

/** Pages of 8 KiB that a row estimate stands for; tools show it, nothing computes with it. */
const ROWS_PER_PAGE = 100;

export function mirrorTableDdl(plan: MirrorPlan, nextTypeName: (hint: string) => string): MirrorDdl {
  const relation = `${quoteIdentifier(plan.schemaName)}.${quoteIdentifier(plan.relationName)}`;
  const types = new TypeDdl(nextTypeName, plan.relationName);
  const { fields } = plan.schema;
  const names = columnNames(fields.map((field) => field.name));
  const unsupported = new Map<number, string>();
  const columns = fields.map((field, index) => {
    const type = postgresTypeOf(field.type);
    const missing = unsupportedPart(type);
    if (missing !== undefined) unsupported.set(index, missing);
    const declared = rememberedType(plan.properties[`bergwire.type.${field.id}`], field.type);
    const sql = declared ?? types.sqlOf(type, field.name);
    return `${quoteIdentifier(names[index]!)} ${sql}${field.required && plan.isWritable ? ' NOT NULL' : ''}`;
  });
  const statements = [
    ...types.creates,
    `CREATE TABLE ${relation} (${columns.join(', ')})`,
    ...primaryKey(relation, plan, names),
    ...(plan.isWritable ? comments(relation, plan, names) : []),
    ...estimate(plan),
  ];
  return {
    statements,
    untrusted: plan.isWritable ? propertyDdl(relation, plan, names) : [],
    drops: [`DROP TABLE IF EXISTS ${relation} CASCADE`, ...types.drops],
    unsupported,
  };
}

function primaryKey(relation: string, { keyName, schema }: MirrorPlan, names: readonly string[]): string[] {
  if (keyName === undefined) return [];
  const columns = schema.identifierFieldIds.map((id) => names[schema.fields.findIndex((field) => field.id === id)]!);
  return [
    `ALTER TABLE ${relation} ADD CONSTRAINT ${quoteIdentifier(keyName)} PRIMARY KEY (${columns.map(quoteIdentifier).join(', ')})`,
  ];
}

/** The row count that the current snapshot's summary gives. */
export function rowCountOf(metadata: TableMetadata): number | undefined {
  const current = metadata.snapshots.find(({ snapshotId }) => snapshotId === metadata.currentSnapshotId);
  const count = Number(current?.summary['total-records'] ?? Number.NaN);
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function comments(relation: string, plan: MirrorPlan, names: readonly string[]): string[] {
  const { comment } = plan.properties;
  return [
    ...(comment === undefined ? [] : [`COMMENT ON TABLE ${relation} IS ${quoteLiteral(comment)}`]),
    ...plan.schema.fields.flatMap((field, index) =>
      field.doc === undefined
        ? []
        : [`COMMENT ON COLUMN ${relation}.${quoteIdentifier(names[index]!)} IS ${quoteLiteral(field.doc)}`],
    ),
  ];
}

function estimate(plan: MirrorPlan): string[] {
  if (plan.rowCount === undefined) return [];
  const pages = Math.min(2 ** 31 - 1, Math.ceil(plan.rowCount / ROWS_PER_PAGE));
  return [
    `SELECT pg_catalog.pg_restore_relation_stats('schemaname', ${quoteLiteral(plan.schemaName)}, 'relname', ` +
      `${quoteLiteral(plan.relationName)}, 'relpages', ${pages}::int4, 'reltuples', ${plan.rowCount}::float4)`,
  ];
}

function propertyDdl(relation: string, plan: MirrorPlan, names: readonly string[]): MirrorDdl['untrusted'] {
  const defaults = plan.schema.fields.flatMap((field: NestedField, index) => {
    const property = `bergwire.default.${field.id}`;
    const sql = plan.properties[property];
    const column = quoteIdentifier(names[index]!);
    return sql === undefined
      ? []
      : [{ property, sql: `ALTER TABLE ${relation} ALTER COLUMN ${column} SET DEFAULT ${sql}` }];
  });
  const identities = plan.schema.fields.flatMap((field: NestedField, index) => {
    const property = `bergwire.identity.${field.id}`;
    const sql = plan.properties[property];
    const column = quoteIdentifier(names[index]!);
    return sql === undefined ? [] : [{ property, sql: `ALTER TABLE ${relation} ALTER COLUMN ${column} ADD ${sql}` }];
  });
  const prefix = 'bergwire.check.';
  const checks = Object.entries(plan.properties)
    .filter(([property]) => property.startsWith(prefix))
    .map(([property, sql]) => {
      const name = quoteIdentifier(truncatedName(property.slice(prefix.length)));
      const validity =
        plan.properties[`${NOT_VALID}${property.slice(prefix.length)}`] === undefined ? '' : ' NOT VALID';
      return { property, sql: `ALTER TABLE ${relation} ADD CONSTRAINT ${name} CHECK (${sql})${validity}` };
    });
  return [...defaults, ...identities, ...checks];
}

/** Named types for what Postgres has no anonymous type for. */
class TypeDdl {
  readonly creates: string[] = [];
  readonly drops: string[] = [];
  readonly #nextName: (hint: string) => string;
  readonly #relationName: string;

  constructor(nextName: (hint: string) => string, relationName: string) {
    this.#nextName = nextName;
    this.#relationName = relationName;
  }

  sqlOf(type: PostgresType, path: string): string {
    switch (type.kind) {
      case 'builtIn':
      case 'standIn':
        return type.sql;
      case 'array': {
        const element = this.sqlOf(type.element, path);
        // Postgres' arrays of arrays are rectangular; a domain keeps the inner ones apart.
        if (type.element.kind !== 'array') return `${element}[]`;
        return `${this.#create('DOMAIN', path, `AS ${element}`)}[]`;
      }
      case 'composite': {
        const names = columnNames(type.fields.map((field) => field.name));
        const fields = type.fields.map(
          (field, index) => `${quoteIdentifier(names[index]!)} ${this.sqlOf(field.type, `${path}.${field.name}`)}`,
        );
        return this.#create('TYPE', path, `AS (${fields.join(', ')})`);
      }
    }
  }

  #create(kind: 'TYPE' | 'DOMAIN', path: string, definition: string): string {
    const name = `${hiddenSchema}.${quoteIdentifier(this.#nextName(`${this.#relationName}.${path}`))}`;
    this.creates.push(`CREATE ${kind} ${name} ${definition}`);
    this.drops.unshift(`DROP ${kind} IF EXISTS ${name} CASCADE`);
    return name;
  }
}
