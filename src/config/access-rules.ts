import { BlockList, isIP } from 'node:net';
import type { AccessRule } from '../wire/login/access-rule.ts';
import type { Config } from './config.ts';

/** The access rules in their order; without any, one that lets everybody prove themselves by `auth.method`. */
export function accessRules({ auth }: Pick<Config, 'auth'>): readonly AccessRule[] {
  const named = Object.entries(auth.rules);
  const rules = named.length > 0 ? named : [['auth.method', { ...EVERYBODY, method: auth.method }] as const];
  return rules.map(([name, rule]) => ({
    name,
    databases: list(rule.databases),
    users: list(rule.users),
    // Whoever is believed without proof is on this machine.
    addresses: addressList(name === 'auth.method' && rule.method === 'trust' ? 'loopback' : rule.addresses)!,
    encryption: rule.encryption,
    method: rule.method,
    certificate: rule.certificate,
    certificateMap: rule.certificateMap,
  }));
}

/** True where every address of the list is this machine's own. */
export function isLoopbackOnly(addresses: string): boolean {
  return list(addresses).every(
    (each) =>
      each === 'loopback' || /^127\.\d+\.\d+\.\d+(\/(8|9|[12]\d|3[0-2]))?$/.test(each) || /^::1(\/128)?$/.test(each),
  );
}

/** `all`, `loopback`, addresses and networks (`10.0.0.0/8`), separated by commas; undefined where one cannot be read. */
export function addressList(text: string): BlockList | undefined {
  const addresses = new BlockList();
  for (const each of list(text)) {
    for (const network of NETWORKS[each] ?? [each]) if (!addNetwork(addresses, network)) return undefined;
  }
  return addresses;
}

const NETWORKS: Readonly<Record<string, readonly string[]>> = {
  all: ['0.0.0.0/0', '::/0'],
  loopback: ['127.0.0.0/8', '::1/128'],
};

const EVERYBODY = {
  databases: 'all',
  users: 'all',
  addresses: 'all',
  encryption: 'any',
  certificate: false,
  certificateMap: {},
} as const;

function addNetwork(addresses: BlockList, network: string): boolean {
  const [address = '', prefix] = network.split('/');
  const family = isIP(address);
  if (family === 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return false;
  const bits = family === 4 ? 32 : 128;
  if (Number(prefix ?? bits) > bits) return false;
  addresses.addSubnet(address, Number(prefix ?? bits), family === 4 ? 'ipv4' : 'ipv6');
  return true;
}

function list(text: string): readonly string[] {
  return text.split(',').map((each) => each.trim());
}
