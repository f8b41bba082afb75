import type { BlockList } from 'node:net';
import { isIPv6 } from 'node:net';
import type { Login } from '../authentication.ts';

/** How a client proves who it is; `reject` refuses it. */
export type AccessMethod = 'trust' | 'scram-sha-256' | 'password' | 'cert' | 'reject';

/** One line of what PostgreSQL calls pg_hba: whom it is about, and how they prove who they are. */
export type AccessRule = {
  readonly name: string;
  /** `all`, or names; `sameuser` is the database named like the user. */
  readonly databases: readonly string[];
  /** `all`, or names. */
  readonly users: readonly string[];
  readonly addresses: BlockList;
  readonly encryption: 'any' | 'tls' | 'plain';
  readonly method: AccessMethod;
  /** The method counts only beside a certificate that names the user. */
  readonly certificate: boolean;
  /** Users by a name in their certificate; without an entry the name must be the user's. */
  readonly certificateMap: Readonly<Record<string, string>>;
};

/** The first rule that is about this login; no other is looked at, whatever comes of it. */
export function accessRuleFor(rules: readonly AccessRule[], login: Login): AccessRule | undefined {
  return rules.find(
    (rule) =>
      matches(rule.databases, login.database, login) &&
      matches(rule.users, login.user, login) &&
      (rule.encryption === 'any' || (rule.encryption === 'tls') === (login.tls !== undefined)) &&
      includesAddress(rule.addresses, login.address),
  );
}

function matches(names: readonly string[], name: string, login: Login): boolean {
  return names.some(
    (each) => each === 'all' || each === name || (each === 'sameuser' && login.user === login.database),
  );
}

/** IPv4 addresses reach a server that listens on IPv6 in the form `::ffff:127.0.0.1`. */
function includesAddress(addresses: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return addresses.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}
