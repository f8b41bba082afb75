import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { SqlError } from '../base/sql-error.ts';
import { openRoles } from '../config/open-roles.ts';
import { loadConfig } from '../config/load-config.ts';
import { printScramVerifier, scramVerifier } from '../governance/scram-verifier.ts';
import type { RoleRegistry } from '../governance/role-registry.ts';
import type { Command } from './cli.ts';

/** What the control log names as who asked. */
const OPERATOR = 'bergwire';

const ACTIONS = ['add', 'password', 'drop', 'list'] as const;

/** Who may log in: writes to the control log, which a running server reads at the next login. */
export const runUser: Command = async (args) => {
  const [action, ...rest] = args;
  const known = ACTIONS.find((each) => each === action);
  const name = known === 'list' || rest[0]?.startsWith('--') ? undefined : rest[0];
  if (known === undefined || (known !== 'list' && name === undefined)) {
    process.stderr.write('bergwire: expected user add NAME, user password NAME, user drop NAME or user list\n');
    return 2;
  }
  const flags = name === undefined ? rest : rest.slice(1);
  const { config } = loadConfig({ flags, environment: process.env, folder: process.cwd() });
  await using roles = await openRoles(config);
  try {
    if (name === undefined) list(roles);
    else await change(roles, known, name);
    return 0;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    process.stderr.write(`bergwire: ${error.message}\n`);
    return 1;
  }
};

async function change(roles: RoleRegistry, action: (typeof ACTIONS)[number], role: string): Promise<void> {
  if (action === 'drop') return await roles.change({ kind: 'drop', role }, OPERATOR);
  const password = await readPassword(role);
  const verifier = printScramVerifier(await scramVerifier(password));
  if (action === 'add') await roles.change({ kind: 'create', role, attributes: { login: true, verifier } }, OPERATOR);
  else await roles.change({ kind: 'alter', role, attributes: { verifier } }, OPERATOR);
}

/** Tab-separated: name, whether it may log in, whether it has a password, until when. */
function list(roles: RoleRegistry): void {
  for (const [name, { login = false, verifier, validUntil = 'infinity' }] of roles.roles) {
    const may = login ? 'login' : 'no login';
    process.stdout.write(`${name}\t${may}\t${verifier ? 'password' : 'no password'}\t${validUntil}\n`);
  }
}

/** The first line of stdin; at a terminal asked for twice and not shown. */
async function readPassword(role: string): Promise<string> {
  const password = await readLine(`Password for ${role}: `);
  if (password === '') throw new SqlError({ sqlstate: '28P01', message: 'an empty password is no password' });
  if (process.stdin.isTTY && (await readLine('Again: ')) !== password)
    throw new SqlError({ sqlstate: '28P01', message: 'the passwords differ' });
  return password;
}

async function readLine(prompt: string): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write(prompt);
  const terminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, terminal, ...(!terminal && { crlfDelay: Infinity }) });
  try {
    const ended = once(lines, 'close').then(() => ['']);
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    if (terminal) process.stderr.write('\n');
    return line;
  } finally {
    lines.close();
  }
}
