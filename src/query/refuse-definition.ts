import { notSupported } from '../base/sql-error.ts';
import { readsHiddenRelation } from '../postgres/inventory-request.ts';
import type { ObjectSet, SchemaObject } from '../postgres/schema-object.ts';

/** Raises 0A000 for what Postgres would define and the gateway could not keep to. */
export function refuseDefinition(object: SchemaObject, set: ObjectSet): void {
  const { kind, create, needs } = object;
  if (create.length === 0 || create[0]!.startsWith('ALTER'))
    throw notSupported('CREATE AGGREGATE', 'Write a function.');
  if (readsHiddenRelation(object)) throw notSupported(`a ${kind} over a temporary table`, 'Create it as TEMPORARY.');
  // Reading a value would run it, wherever a statement is analysed.
  if (kind === 'type' && needs.some((key) => set.get(key)?.kind === 'routine'))
    throw notSupported('a type that calls a function of a user', 'Use built-in functions in constraints and defaults.');
  if (kind === 'routine' && mayHideWrites(create[0]!, set))
    throw notSupported(
      'a function that catches errors of statements that change something',
      'Leave out EXCEPTION, or run the statements one by one.',
    );
}

/** Routines do not change tables: that raises an error, which nobody may catch and then say that all went well. */
function mayHideWrites(definition: string, set: ObjectSet): boolean {
  if (!/\bexception\s+when\b/i.test(definition)) return false;
  if (CHANGES.test(definition)) return true;
  const text = definition.toLowerCase();
  return [...set.values()].some(
    ({ kind, name, create }) =>
      kind === 'routine' && text.includes(name.toLowerCase()) && CHANGES.test(create[0] ?? ''),
  );
}

const CHANGES =
  /\b(?:insert|update|delete|merge|truncate|alter|drop|copy|execute|nextval|setval|create\s+(?:temp|table|view|sequence|type))/i;
