import type { AlterRoleStmt, CreateRoleStmt, DefElem, DropRoleStmt } from '@pgsql/types';
import { notSupported, SqlError } from '../base/sql-error.ts';
import type { RoleAttributes, RoleChange } from '../governance/governance.ts';
import { roleDdl } from '../governance/role-ddl.ts';
import { printScramVerifier, readScramVerifier, scramVerifier } from '../governance/scram-verifier.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import { notice } from './notices.ts';
import type { Execution } from './query.ts';
import { finished } from './statement-run.ts';
import type { StatementRun } from './statement-run.ts';
import type { NoticeFields } from '../postgres/postgres.ts';

const TIMESTAMPTZ = 1184;

/** CREATE ROLE, USER, GROUP. */
export async function createRole(run: StatementRun, node: CreateRoleStmt): Promise<Execution> {
  const notices: NoticeFields[] = [];
  const attributes = await readOptions(run, node.options ?? [], notices);
  const login = attributes.login ?? node.stmt_type === 'ROLESTMT_USER';
  await changeRole(run, { kind: 'create', role: node.role ?? '', attributes: { ...attributes, login } });
  return finished('CREATE ROLE', notices);
}

/** ALTER ROLE, USER with options; a password becomes a verifier before anything keeps it. */
export async function alterRole(run: StatementRun, node: AlterRoleStmt): Promise<Execution> {
  const notices: NoticeFields[] = [];
  const attributes = await readOptions(run, node.options ?? [], notices);
  await changeRole(run, { kind: 'alter', role: roleName(run, node.role), attributes });
  return finished('ALTER ROLE', notices);
}

export async function dropRole(run: StatementRun, node: DropRoleStmt): Promise<Execution> {
  const notices: NoticeFields[] = [];
  for (const item of node.roles ?? []) {
    const role = roleName(run, 'RoleSpec' in item ? item.RoleSpec : undefined);
    if (node.missing_ok === true && !run.parts.roles.roles.has(role))
      notices.push(notice('00000', `role "${role}" does not exist, skipping`));
    else await changeRole(run, { kind: 'drop', role });
  }
  return finished('DROP ROLE', notices);
}

/** Postgres judges the change as the session's role; then it is in the log, and every database knows it. */
async function changeRole(run: StatementRun, change: RoleChange): Promise<void> {
  const { context, parts } = run;
  if (run.inBlock)
    throw notSupported(
      'a change of roles in a transaction block',
      'Run it outside of BEGIN and COMMIT; it takes effect at once.',
    );
  await parts.roles.change(change, context.role, () =>
    parts.postgres.validate({ role: context.role, settings: context.settings }, [roleDdl(change)]),
  );
}

function roleName(run: StatementRun, spec: AlterRoleStmt['role']): string {
  switch (spec?.roletype) {
    case 'ROLESPEC_CURRENT_ROLE':
    case 'ROLESPEC_CURRENT_USER':
    case 'ROLESPEC_SESSION_USER':
      return run.context.role;
    default:
      return spec?.rolename ?? '';
  }
}

const FLAGS: Readonly<Record<string, keyof RoleAttributes>> = {
  canlogin: 'login',
  inherit: 'inherit',
  createrole: 'createRole',
  createdb: 'createDatabase',
  superuser: 'superuser',
  isreplication: 'replication',
  bypassrls: 'bypassRls',
};

async function readOptions(
  run: StatementRun,
  options: readonly object[],
  notices: NoticeFields[],
): Promise<RoleAttributes> {
  const read: Record<string, unknown> = {};
  for (const option of options) {
    const { defname = '', arg } = (option as { DefElem: DefElem }).DefElem;
    const flag = FLAGS[defname];
    const name = flag ?? OTHERS[defname];
    if (name === undefined)
      throw notSupported(`the role option ${defname}`, 'Roles are not members of each other yet.');
    if (name in read) throw new SqlError({ sqlstate: '42601', message: 'conflicting or redundant options' });
    if (flag !== undefined) read[name] = (arg as { Boolean?: { boolval?: boolean } })?.Boolean?.boolval ?? false;
    else if (name === 'connectionLimit') read[name] = connectionLimit((arg as IntegerNode)?.Integer?.ival ?? 0);
    else if (name === 'verifier') read[name] = await verifierOf((arg as StringNode)?.String?.sval, notices);
    else read[name] = await instant(run, (arg as StringNode)?.String?.sval ?? '');
  }
  return read;
}

type IntegerNode = { readonly Integer?: { readonly ival?: number } } | undefined;
type StringNode = { readonly String?: { readonly sval?: string } } | undefined;

const OTHERS: Readonly<Record<string, keyof RoleAttributes>> = {
  connectionlimit: 'connectionLimit',
  password: 'verifier',
  validUntil: 'validUntil',
};

function connectionLimit(limit: number): number {
  if (limit < -1) throw new SqlError({ sqlstate: '22023', message: `invalid connection limit: ${limit}` });
  return limit;
}

/** Differs from PostgreSQL: an MD5 hash is refused, since nobody could log in with it. */
async function verifierOf(password: string | undefined, notices: NoticeFields[]): Promise<string | null> {
  if (password === undefined) return null;
  if (password === '') {
    notices.push(notice('00000', 'empty string is not a valid password, clearing password'));
    return null;
  }
  if (readScramVerifier(password) !== undefined) return password;
  if (/^md5[0-9a-f]{32}$/.test(password))
    throw notSupported('an MD5-encrypted password', 'Give the password itself or a SCRAM-SHA-256 verifier.');
  return printScramVerifier(await scramVerifier(password));
}

/** A timestamp in Postgres' input forms, as ISO 8601 in UTC; `infinity` stays. */
async function instant(run: StatementRun, text: string): Promise<string> {
  const { role, settings } = run.context;
  const sql = `${quoteLiteral(text)}::timestamptz`;
  const none = { oids: [], formats: [], values: [] };
  const [value] = await run.parts.postgres.evaluate({ role, settings }, [{ sql, typeOid: TIMESTAMPTZ }], none);
  if (typeof value !== 'bigint') return 'infinity';
  const milliseconds = Number(value / 1000n);
  return Number.isFinite(new Date(milliseconds).getTime()) ? new Date(milliseconds).toISOString() : 'infinity';
}
