/**
 * An object that Postgres keeps beside the tables: a view, sequence, type or routine, as statements that make it anew.
 * Names in the statements are qualified; they are Postgres' own printing and run as superuser.
 */
export type SchemaObject = {
  readonly kind: ObjectKind;
  readonly schema: string;
  readonly name: string;
  /** Types of a routine's arguments. */
  readonly arguments?: string;
  readonly owner: string;
  /** In order: the object itself, its owner, rights, comments. */
  readonly create: readonly string[];
  /** Keys of the objects that must be there before. */
  readonly needs: readonly string[];
  /** A sequence keeps its values under it, whatever it is called. */
  readonly id?: string;
  /** The column that a sequence ends with. */
  readonly ownedBy?: { readonly schema: string; readonly table: string; readonly column: string };
  /** Relations of the mirror that must be there before, by schema and name. */
  readonly tables: readonly (readonly [schema: string, name: string])[];
};

export type ObjectKind = 'view' | 'sequence' | 'type' | 'routine';

/** The objects of one database by `objectKey`. */
export type ObjectSet = ReadonlyMap<string, SchemaObject>;

/** What a statement did to them: the new definition, or null for what is gone, by `objectKey`. */
export type ObjectChanges = ReadonlyMap<string, SchemaObject | null>;

export function objectKey(object: Pick<SchemaObject, 'kind' | 'schema' | 'name' | 'arguments'>): string {
  return JSON.stringify([object.kind, object.schema, object.name, object.arguments ?? '']);
}
