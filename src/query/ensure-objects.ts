import { SqlError } from '../base/sql-error.ts';
import { objectKey, type ObjectSet, type SchemaObject } from '../postgres/schema-object.ts';
import type { RelationName, Statement } from '../sql/sql.ts';
import type { DatabaseParts } from './database-parts.ts';
import { listsCatalog } from './listing-sync.ts';
import type { StatementContext } from './query.ts';
import { candidateTables } from './search-path.ts';
import type { TransactionTables } from './transaction-tables.ts';

/** Brings one relation of the mirror up to date. */
type MirrorTable = (relation: RelationName) => Promise<void>;

/**
 * Brings the mirror's views, sequences, types and routines to what the transaction sees, as far as the statement may
 * name them: what needs no table is always there, views are made when they are named, and all of them for statements
 * that define something or list the catalog.
 */
export async function ensureObjects(
  parts: DatabaseParts,
  statement: Statement,
  tables: TransactionTables,
  context: StatementContext,
  mirrorTable: MirrorTable,
): Promise<void> {
  const { objects } = parts.postgres;
  const set = tables.objects.current;
  if (set.size === 0 && objects.size === 0) return;
  const scope = scopeOf(statement);
  const named = namedKeys(statement, context);
  const wanted = wantedKeys(set, scope, named, statement);
  const isReady =
    scope === 'named' &&
    objects.isSettled(set) &&
    [...named].every((key) => set.has(key) || !objects.holds(key)) &&
    wanted.every((key) => objects.has(key, set.get(key)!));
  if (isReady) return;
  const isInTheWay = (object: SchemaObject): boolean =>
    scope !== 'named' || isAlwaysThere(object) || named.has(objectKey(object)) || set.has(objectKey(object));
  await bring(parts, { set, wanted, named, isInTheWay }, mirrorTable);
}

/** What needs no table, as the control log has it: tables may need it. */
export async function ensureTypesAndSequences(parts: DatabaseParts): Promise<void> {
  const set = parts.objects.of(parts.name);
  const wanted = [...set].flatMap(([key, object]) => (isAlwaysThere(object) ? [key] : []));
  if (wanted.every((key) => parts.postgres.objects.has(key, set.get(key)!))) return;
  const wish = { set, wanted: inOrder(set, wanted), named: new Set<string>(), isInTheWay: isAlwaysThere };
  await bring(parts, wish, async () => undefined);
}

type Wish = {
  readonly set: ObjectSet;
  /** Each after what it needs. */
  readonly wanted: readonly string[];
  /** Raises the error of these, if they cannot be made. */
  readonly named: ReadonlySet<string>;
  /** Of what the set has not, or has otherwise. */
  readonly isInTheWay: (object: SchemaObject) => boolean;
};

async function bring(
  parts: DatabaseParts,
  { set, wanted, named, isInTheWay }: Wish,
  mirrorTable: MirrorTable,
): Promise<void> {
  const { objects, mirror } = parts.postgres;
  await objects.inTurn(async () => {
    const inTheWay = objects.strangers(set).filter(isInTheWay);
    const used = inTheWay.length === 0 ? [] : await objects.usedBy(inTheWay);
    for (const relation of mirror.tables())
      if (used.some(([schema, name]) => schema === relation.schemaName && name === relation.relationName))
        await mirror.dropTable(relation);
    await objects.drop(inTheWay);
    for (const key of wanted) {
      const object = set.get(key)!;
      if (objects.has(key, object)) continue;
      try {
        for (const [schema, name] of object.tables) await mirrorTable({ schema, name, position: 1 });
        if (object.needs.every((needed) => !set.has(needed) || objects.has(needed, set.get(needed)!)))
          await objects.create(object);
      } catch (error) {
        if (named.has(key) || !(error instanceof SqlError)) throw ofObject(error, object);
      }
    }
    objects.settle(set);
  });
}

/** Which objects a statement may name; `named` tolerates views of others that are not committed yet. */
type Scope = 'named' | 'all';

function scopeOf(statement: Statement): Scope {
  if (listsCatalog(statement)) return 'all';
  const { node, kind } = statement;
  return kind === 'utility' && !('CopyStmt' in node) && !('ExplainStmt' in node) ? 'all' : 'named';
}

/** Keys of the views that the relations of a statement may mean. */
function namedKeys(statement: Statement, context: StatementContext): ReadonlySet<string> {
  const relations = [...statement.relations, ...statement.timeTravel.map(({ relation }) => relation)];
  return new Set(
    relations.flatMap((relation) =>
      candidateTables(relation, context).map(({ namespace, name }) =>
        objectKey({ kind: 'view', schema: namespace.join('.'), name }),
      ),
    ),
  );
}

/** It needs no table, so it can be there before anybody asks. */
function isAlwaysThere({ kind, tables }: SchemaObject): boolean {
  return kind !== 'view' && tables.length === 0;
}

/** What must be there, each after what it needs. */
function wantedKeys(set: ObjectSet, scope: Scope, named: ReadonlySet<string>, { text }: Statement): readonly string[] {
  const keys = [...set].flatMap(([key, object]) =>
    scope !== 'named' || isAlwaysThere(object) || named.has(key) || mayBeCalled(object, text) ? [key] : [],
  );
  return inOrder(set, keys);
}

function inOrder(set: ObjectSet, keys: readonly string[]): readonly string[] {
  const ordered = new Set<string>();
  const visit = (key: string): void => {
    const object = set.get(key);
    if (object === undefined || ordered.has(key)) return;
    for (const needed of object.needs) visit(needed);
    ordered.add(key);
  };
  keys.forEach(visit);
  return [...ordered];
}

/** A routine over rows of tables, or a type of them. */
function mayBeCalled({ kind, name }: SchemaObject, text: string): boolean {
  return kind !== 'view' && text.toLowerCase().includes(name.toLowerCase());
}

/** The tables changed under a definition. */
function ofObject(error: unknown, { kind, schema, name }: SchemaObject): unknown {
  if (!(error instanceof SqlError)) return error;
  const { position: _, ...fields } = error.fields;
  return new SqlError(
    { ...fields, detail: `The definition of ${kind} "${schema}.${name}" needs it.` },
    { cause: error },
  );
}
