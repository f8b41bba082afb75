/**
 * A function of ours in the place of one that is built in. Postgres calls what is built in by its oid, whatever pg_proc
 * says: the new function takes the name from the old, which is then called `bergwire_...`.
 */
export function replaced(signature: string, definition: string): string[] {
  const name = signature.slice(0, signature.indexOf('('));
  return [
    `ALTER FUNCTION pg_catalog.${signature} RENAME TO bergwire_${name}`,
    `CREATE FUNCTION pg_catalog.${signature} ${definition}`,
  ];
}

/** The same for one that system views read: they are told of the new one. `definition` begins with its parameters. */
export function replacedInViews(signature: string, views: readonly string[], definition: string): string[] {
  const name = signature.slice(0, signature.indexOf('('));
  const list = views.map((view) => `'pg_catalog.${view}'`).join(', ');
  return [
    `DO $do$
     DECLARE
       names text[] := ARRAY[${list}];
       bodies text[] := ARRAY(SELECT pg_get_viewdef(name::regclass) FROM unnest(names) WITH ORDINALITY AS v(name, at)
         ORDER BY at);
     BEGIN
       ALTER FUNCTION pg_catalog.${signature} RENAME TO bergwire_${name};
       CREATE FUNCTION pg_catalog.${name}${definition};
       FOR at IN 1 .. cardinality(names) LOOP
         EXECUTE format('CREATE OR REPLACE VIEW %s AS %s', names[at], bodies[at]);
       END LOOP;
     END $do$`,
  ];
}
