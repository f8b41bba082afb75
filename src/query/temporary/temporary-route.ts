import { FIRST_USER_OID, PRIVATE_OID_GAP } from '../../postgres/private/private-oid-gap.ts';
import { objectKey } from '../../postgres/schema-object.ts';
import type { MentionedRelation } from '../../sql/mentioned-relations.ts';
import { mentionedRelations } from '../../sql/mentioned-relations.ts';
import type { Statement } from '../../sql/sql.ts';
import { createdRelation, isTemporarySchema, namedObjects } from '../../sql/named-objects.ts';
import type { ObjectName } from '../../sql/named-objects.ts';
import type { DatabaseParts } from '../database-parts.ts';
import type { StatementContext } from '../query.ts';
import type { TransactionTables } from '../transaction-tables.ts';
import { findTable } from '../mirror-relations.ts';
import { temporaryTogether } from '../errors.ts';
import { candidateTables, isSystemSchema, searchPath } from '../search-path.ts';
import { TemporaryObjects } from './temporary-objects.ts';
import type { TemporaryNames } from './temporary-objects.ts';
import { isTemporaryName } from './temporary-name.ts';

export type TemporaryRoute =
  /** The statement has nothing to do with temporary objects, or reads some next to tables: the usual way. */
  | 'usual'
  /** All that it names is temporary, of the system, or unknown: the private instance runs it as it is. */
  | 'private'
  /** It changes a temporary table and reads tables of the catalog. */
  | 'fill';

/** Where a statement goes, by the names in it. */
export async function temporaryRoute(
  parts: DatabaseParts,
  statement: Statement,
  context: StatementContext,
  tables: TransactionTables,
  /** The private instance is in a transaction: what the catalog has cannot be brought up to date there. */
  isOpen: boolean,
): Promise<TemporaryRoute> {
  const { temporary } = context;
  if (!(temporary instanceof TemporaryObjects)) return 'usual';
  const { node } = statement;
  const created = createdRelation(node);
  const named = namedObjects(node);
  const isBlock = 'DoStmt' in node;
  const makes = madeTemporary(created, named, context);
  if (!temporary.isInUse && !makes && !isBlock) return 'usual';
  if (makes && created !== undefined) temporary.recreated(created.name);
  const names = await temporary.names();
  const mentioned = mentionedRelations(node);
  for (const { schema, name } of [...mentioned, ...named])
    if (schema === undefined || isTemporarySchema(schema)) temporary.checkNotLost(name);
  const isTemporary = (object: ObjectName): boolean => isTemporaryName(object, names, context);
  const isMade = ({ isTarget }: MentionedRelation): boolean => makes && isTarget && created !== undefined;
  const others = mentioned.filter((object) => !isTemporary(object) && !isSystem(object) && !isMade(object));
  if (!makes && !isBlock && ![...mentioned, ...named].some(isTemporary)) {
    if ('DiscardStmt' in node) return 'private';
    const isPrivate =
      others.length === 0 && !asksForRoles(mentioned) && concernsTemporary(statement, names, isOpen, tables);
    return isPrivate ? 'private' : 'usual';
  }
  const ofCatalog = await catalogTables(parts, others, context, tables);
  const target = targetOf(statement, mentioned, isTemporary);
  if (target === 'catalog') return 'usual';
  if ('CopyStmt' in node && /\bformat\s+['"]?(?:arrow|parquet)\b/i.test(statement.text)) return 'usual';
  if (ofCatalog.length === 0) return 'private';
  if ('ExplainStmt' in node || ('CopyStmt' in node && target === 'none')) return 'usual';
  if (target === 'temporary' || makes) return 'fill';
  if (statement.kind === 'select') return 'usual';
  throw temporaryTogether();
}

/** Whether a statement makes a temporary object by its own words. */
function madeTemporary(
  created: ReturnType<typeof createdRelation>,
  named: readonly ObjectName[],
  context: StatementContext,
): boolean {
  if (named.some(({ schema }) => isTemporarySchema(schema))) return true;
  if (created === undefined) return false;
  return created.isTemporary || (created.schema === undefined && isTemporarySchema(searchPath(context)[0]));
}

function isSystem({ schema, name }: ObjectName): boolean {
  return schema === undefined ? name.startsWith('pg_') : isSystemSchema(schema);
}

/** Sequences are temporary ones. */
const BY_SEQUENCE = /\b(?:currval|nextval|setval|lastval|pg_get_serial_sequence)\b/i;

/** An oid that a client was told by the mirror leads back to it. */
function namesMirrorOid(text: string): boolean {
  const numbers = text.match(/(?<![\w.])\d{5,6}(?![\w.])/g) ?? [];
  return numbers.some((digits) => isMirrorOid(Number(digits)));
}

function isMirrorOid(oid: number): boolean {
  return oid >= FIRST_USER_OID && oid < FIRST_USER_OID + PRIVATE_OID_GAP;
}

/** The system catalogs, and functions that find an object by a text. */
const BY_TEXT = /\b(?:reg(?:class|type|proc|procedure)|to_reg\w+|pg_\w+|information_schema)\b/i;

/** The catalogs of roles: the private instance knows of the session's own only. */
const OF_ROLES = new Set([
  'pg_auth_members',
  'pg_authid',
  'pg_db_role_setting',
  'pg_group',
  'pg_roles',
  'pg_shadow',
  'pg_user',
]);

function asksForRoles(mentioned: readonly MentionedRelation[]): boolean {
  return mentioned.length > 0 && mentioned.every((relation) => isSystem(relation) && OF_ROLES.has(relation.name));
}

/** Whether a statement without tables may speak of temporary objects in a text, a type or a call. */
function concernsTemporary(
  { text }: Statement,
  names: TemporaryNames,
  isOpen: boolean,
  tables: TransactionTables,
): boolean {
  if (namesMirrorOid(text)) return false;
  const bySequence = BY_SEQUENCE.test(text);
  if (bySequence && namesOnlyPermanent(text, names, tables)) return false;
  if (bySequence || (!isOpen && BY_TEXT.test(text))) return true;
  const words = new Set(text.match(/[\p{L}_][\p{L}\p{N}_$]*/gu)?.flatMap((word) => [word, word.toLowerCase()]));
  return [...names.relations.keys(), ...names.others].some((name) => words.has(name));
}

/** A sequence of the control log is named, and nothing temporary is. */
function namesOnlyPermanent(text: string, names: TemporaryNames, tables: TransactionTables): boolean {
  const lower = text.toLowerCase();
  const sequences = [...tables.objects.current.values()].filter(({ kind }) => kind === 'sequence');
  return (
    sequences.some(({ name }) => lower.includes(name.toLowerCase())) &&
    ![...names.relations.keys()].some((name) => lower.includes(name.toLowerCase()))
  );
}

async function catalogTables(
  parts: DatabaseParts,
  mentioned: readonly MentionedRelation[],
  context: StatementContext,
  tables: TransactionTables,
): Promise<readonly MentionedRelation[]> {
  const found: MentionedRelation[] = [];
  for (const mention of mentioned) {
    const { schema, name } = mention;
    const relation = { name, position: 1, ...(schema !== undefined && { schema }) };
    const isView = candidateTables(relation, context).some((candidate) =>
      tables.objects.current.has(objectKey({ kind: 'view', schema: candidate.namespace.join('.'), name })),
    );
    if (isView || (await findTable(parts, relation, tables, context)) !== undefined) found.push(mention);
  }
  return found;
}

/** What kind of relation the statement changes or makes. */
function targetOf(
  statement: Statement,
  mentioned: readonly MentionedRelation[],
  isTemporary: (object: ObjectName) => boolean,
): 'temporary' | 'catalog' | 'none' {
  const created = createdRelation(statement.node);
  // A view on temporary tables is temporary by itself.
  if ('ViewStmt' in statement.node) return 'none';
  if (created !== undefined) return created.isTemporary || isTemporarySchema(created.schema) ? 'temporary' : 'catalog';
  const targets = mentioned.filter(({ isTarget }) => isTarget);
  if (targets.length === 0) return 'none';
  return targets.some(isTemporary) ? 'temporary' : 'catalog';
}
