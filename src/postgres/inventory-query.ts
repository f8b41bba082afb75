/** Objects that are PostgreSQL's own have smaller oids. */
const OF_USERS = `>= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** `COLLATE ...` where it is not that of the type. */
function collation(ofObject: string, typeOid: string): string {
  return `(SELECT format(' COLLATE %I.%I', ln.nspname, l.collname)
    FROM pg_collation l JOIN pg_namespace ln ON ln.oid = l.collnamespace JOIN pg_type lt ON lt.oid = ${typeOid}
    WHERE l.oid = ${ofObject} AND l.oid <> lt.typcollation)`;
}

const VIEW = `format('CREATE VIEW %I.%I%s AS %s', n.nspname, c.relname,
  ' WITH (' || array_to_string(c.reloptions, ', ') || ')', rtrim(pg_get_viewdef(c.oid), ';'))`;

const COMPOSITE = `format('CREATE TYPE %I.%I AS (%s)', n.nspname, c.relname, (
  SELECT string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod),
    ${collation('a.attcollation', 'a.atttypid')}), ', ' ORDER BY a.attnum)
  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))`;

const SEQUENCE = `(SELECT format(
    'CREATE SEQUENCE %I.%I AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s', n.nspname, c.relname,
    format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
    CASE WHEN s.seqcycle THEN ' CYCLE' END)
  FROM pg_sequence s WHERE s.seqrelid = c.oid)`;

const ENUM = `format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
  (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))`;

const DOMAIN = `format('CREATE DOMAIN %I.%I AS %s%s%s%s%s', n.nspname, t.typname,
  format_type(t.typbasetype, t.typtypmod), ${collation('t.typcollation', 't.typbasetype')},
  ' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), CASE WHEN t.typnotnull THEN ' NOT NULL' END,
  (SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
    FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))`;

const RANGE = `(SELECT format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s%s, MULTIRANGE_TYPE_NAME = %s)', n.nspname, t.typname,
    format_type(r.rngsubtype, NULL), (SELECT format(', SUBTYPE_DIFF = %s', r.rngsubdiff::regproc) WHERE r.rngsubdiff <> 0),
    (SELECT format('%I.%I', mn.nspname, m.typname)
      FROM pg_type m JOIN pg_namespace mn ON mn.oid = m.typnamespace WHERE m.oid = r.rngmultitypid))
  FROM pg_range r WHERE r.rngtypid = t.oid)`;

/**
 * One row per object, as JSON: what a SchemaObject says, `needs` as the objects' names. To be run with the search path
 * pg_catalog. `word` and `target` name the object in GRANT, `command` in ALTER and COMMENT.
 */
export const inventoryQuery = `
WITH found AS (
  SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid,
    CASE c.relkind WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'type' END AS kind,
    CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TYPE' END AS command,
    CASE c.relkind WHEN 'v' THEN 'TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TYPE' END AS word,
    format('%I.%I', n.nspname, c.relname) AS target,
    n.nspname AS schema, c.relname AS name, NULL::text AS arguments, c.relowner AS owner,
    CASE c.relkind WHEN 'c' THEN (SELECT t.typacl FROM pg_type t WHERE t.oid = c.reltype) ELSE c.relacl END AS acl,
    CASE c.relkind WHEN 'v' THEN ${VIEW} WHEN 'c' THEN ${COMPOSITE} ELSE ${SEQUENCE} END AS made
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('v', 'c', 'S') AND c.oid ${OF_USERS} AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
UNION ALL
  SELECT 'pg_type'::regclass, t.oid, 'type', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, 'TYPE',
    format('%I.%I', n.nspname, t.typname), n.nspname, t.typname, NULL, t.typowner, t.typacl,
    CASE t.typtype WHEN 'e' THEN ${ENUM} WHEN 'd' THEN ${DOMAIN} ELSE ${RANGE} END
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype IN ('e', 'd', 'r') AND t.oid ${OF_USERS}
UNION ALL
  SELECT 'pg_proc'::regclass, p.oid, 'routine', 'ROUTINE', 'ROUTINE', p.oid::regprocedure::text,
    n.nspname, p.proname, oidvectortypes(p.proargtypes), p.proowner, p.proacl,
    CASE WHEN p.prokind <> 'a' THEN rtrim(pg_get_functiondef(p.oid), E'\\n') END
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.oid ${OF_USERS} AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
), parts(classid, objid, partclass, partid) AS (
  SELECT classid, objid, classid, objid FROM found
  UNION ALL SELECT classid, objid, 'pg_rewrite'::regclass, w.oid FROM found JOIN pg_rewrite w ON w.ev_class = objid
    WHERE classid = 'pg_class'::regclass
  UNION ALL SELECT classid, objid, 'pg_attrdef'::regclass, f.oid FROM found JOIN pg_attrdef f ON f.adrelid = objid
    WHERE classid = 'pg_class'::regclass
  UNION ALL SELECT classid, objid, 'pg_constraint'::regclass, k.oid FROM found JOIN pg_constraint k ON k.contypid = objid
    WHERE classid = 'pg_type'::regclass
), edges AS (
  SELECT DISTINCT p.classid, p.objid, needed.classid AS refclassid, needed.objid AS refobjid
  FROM parts p JOIN found f ON f.classid = p.classid AND f.objid = p.objid
  JOIN pg_depend d ON d.classid = p.partclass AND d.objid = p.partid AND (d.deptype = 'n' OR f.kind <> 'sequence')
  LEFT JOIN pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
  LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
  CROSS JOIN LATERAL (SELECT coalesce(nullif(e.typrelid, 0), nullif(t.typrelid, 0)) AS relation) r
  CROSS JOIN LATERAL (SELECT
    CASE WHEN r.relation IS NOT NULL THEN 'pg_class'::regclass::oid ELSE d.refclassid END AS classid,
    coalesce(r.relation, e.oid, d.refobjid) AS objid) needed
  WHERE d.deptype IN ('n', 'a')
)
SELECT json_build_object('kind', o.kind, 'schema', o.schema, 'name', o.name, 'arguments', o.arguments,
  'owner', pg_get_userbyid(o.owner), 'oid', o.objid::int8,
  'ownedBy', (SELECT json_build_object('schema', rn.nspname, 'table', r.relname, 'column', a.attname)
    FROM pg_depend d JOIN pg_class r ON r.oid = d.refobjid JOIN pg_namespace rn ON rn.oid = r.relnamespace
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid
    WHERE o.kind = 'sequence' AND d.classid = o.classid AND d.objid = o.objid AND d.deptype = 'a'
      AND d.refclassid = 'pg_class'::regclass),
  'create', to_json(ARRAY[o.made, format('ALTER %s %s OWNER TO %I', o.command, o.target, pg_get_userbyid(o.owner))]
    || ARRAY(SELECT format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', o.target, a.attname, pg_get_expr(f.adbin, f.adrelid))
      FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
      WHERE o.kind = 'view' AND f.adrelid = o.objid ORDER BY a.attnum)
    || ARRAY(SELECT format('REVOKE ALL ON %s %s FROM PUBLIC, %I', o.word, o.target, pg_get_userbyid(o.owner))
      WHERE o.acl IS NOT NULL)
    || ARRAY(SELECT format('GRANT %s ON %s %s TO %s%s', x.privilege_type, o.word, o.target,
        CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
        CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
      FROM aclexplode(o.acl) WITH ORDINALITY AS x ORDER BY x.ordinality)
    || ARRAY(SELECT format('GRANT %s (%I) ON %s TO %s%s', x.privilege_type, a.attname, o.target,
        CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
        CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END)
      FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) AS x
      WHERE o.kind = 'view' AND a.attrelid = o.objid AND a.attnum > 0 ORDER BY a.attnum)
    || ARRAY(SELECT format('COMMENT ON %s %s IS %L', o.command, o.target, s.description) FROM pg_description s
      WHERE s.classoid = CASE WHEN o.classid = 'pg_class'::regclass AND o.kind = 'type' THEN 'pg_type'::regclass ELSE o.classid END
        AND s.objsubid = 0 AND s.objoid = CASE WHEN o.classid = 'pg_class'::regclass AND o.kind = 'type'
          THEN (SELECT c.reltype FROM pg_class c WHERE c.oid = o.objid) ELSE o.objid END)
    || ARRAY(SELECT format('COMMENT ON COLUMN %s.%I IS %L', o.target, a.attname, s.description)
      FROM pg_description s JOIN pg_attribute a ON a.attrelid = s.objoid AND a.attnum = s.objsubid
      WHERE s.classoid = 'pg_class'::regclass AND o.classid = s.classoid AND s.objoid = o.objid AND s.objsubid > 0
      ORDER BY a.attnum)),
  'needs', coalesce((SELECT json_agg(json_build_object('kind', r.kind, 'schema', r.schema, 'name', r.name,
      'arguments', r.arguments) ORDER BY r.objid)
    FROM edges e JOIN found r ON r.classid = e.refclassid AND r.objid = e.refobjid
    WHERE e.classid = o.classid AND e.objid = o.objid AND (r.classid, r.objid) <> (o.classid, o.objid)), '[]'),
  'tables', coalesce((SELECT json_agg(json_build_array(rn.nspname, r.relname) ORDER BY r.oid)
    FROM edges e JOIN pg_class r ON e.refclassid = 'pg_class'::regclass AND r.oid = e.refobjid
    JOIN pg_namespace rn ON rn.oid = r.relnamespace
    WHERE e.classid = o.classid AND e.objid = o.objid AND r.relkind = 'r' AND rn.nspname <> 'pg_catalog'
      AND rn.nspname <> 'information_schema'), '[]'))
FROM found o ORDER BY o.objid`;
