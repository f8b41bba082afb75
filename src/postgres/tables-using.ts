import type { Send } from './postgres-lane.ts';
import { quoteLiteral } from './quote.ts';
import { dataRowValues } from './read-reply.ts';
import { query, request } from './request.ts';
import type { SchemaObject } from './schema-object.ts';

/** Tables of the mirror with columns, defaults or checks that need one of the objects, as schema and name. */
export async function tablesUsing(
  send: Send,
  objects: readonly SchemaObject[],
): Promise<readonly (readonly [schema: string, name: string])[]> {
  const named = objects.filter(({ kind }) => kind !== 'view');
  if (named.length === 0) return [];
  const values = named.map(({ schema, name }) => `(${quoteLiteral(schema)}, ${quoteLiteral(name)})`);
  const [answer] = await send(() => request(query(usingQuery(values.join(', ')))));
  if (answer?.error) throw answer.error;
  return (answer?.rows ?? []).map((row) => {
    const [schema = '', name = ''] = dataRowValues(row).map((value) =>
      new TextDecoder().decode(value ?? new Uint8Array()),
    );
    return [schema, name] as const;
  });
}

function usingQuery(values: string): string {
  return `WITH named(schema, name) AS (VALUES ${values}), objects AS (
    SELECT c.oid AS class, t.oid AS type, t.typarray AS elements FROM named
      JOIN pg_catalog.pg_namespace n ON n.nspname = schema
      LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = name
      LEFT JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typname = name
  ), parts AS (
    SELECT d.classid, d.objid FROM pg_catalog.pg_depend d JOIN objects o
      ON (d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = o.class)
      OR (d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid IN (o.type, o.elements))
  )
  SELECT DISTINCT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND (
    EXISTS (SELECT FROM parts p WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = c.oid)
    OR EXISTS (SELECT FROM parts p JOIN pg_catalog.pg_attrdef f ON f.oid = p.objid
      WHERE p.classid = 'pg_catalog.pg_attrdef'::regclass AND f.adrelid = c.oid)
    OR EXISTS (SELECT FROM parts p JOIN pg_catalog.pg_constraint k ON k.oid = p.objid
      WHERE p.classid = 'pg_catalog.pg_constraint'::regclass AND k.conrelid = c.oid))`;
}
