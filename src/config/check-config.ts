import { BlockList, isIP } from 'node:net';
import { addressList, isLoopbackOnly } from './access-rules.ts';
import type { Config } from './config.ts';
import { place } from './gather.ts';
import { MAX_CATALOGS } from './schema.ts';

/** What no single setting can know: rules between settings. Returns the problems. */
export function checkConfig(config: Config, sources: ReadonlyMap<string, string>): readonly string[] {
  const at = (...path: readonly string[]): string => place(path, sources.get(path.join('.')) ?? 'default');
  const problems: string[] = [];
  const rules = Object.entries(config.auth.rules);
  const reachable = !isLoopback(config.listen.host);
  if (rules.length === 0 && config.auth.method === 'trust' && reachable) {
    problems.push(
      `${at('listen', 'host')}: "${config.listen.host}" can be reached by others and no authentication is configured; ` +
        'expected a loopback address such as "127.0.0.1", "::1" or "localhost"',
    );
  }
  for (const [name, rule] of rules) {
    const addresses = at('auth', 'rules', name, 'addresses');
    if (addressList(rule.addresses) === undefined)
      problems.push(`${addresses}: "${rule.addresses}"; expected all, loopback, or addresses and networks by commas`);
    else if (rule.method === 'trust' && reachable && !isLoopbackOnly(rule.addresses))
      problems.push(`${addresses}: trust is for this machine's own addresses; expected "loopback" or some of them`);
  }
  const methods = rules.length === 0 ? [config.auth] : rules.map(([, rule]) => rule);
  if (methods.some(({ method }) => method === 'password') && config.tls.certFile === undefined)
    problems.push('tls.certFile: missing; the method password needs encrypted connections');
  const certificates = methods.some((rule) => rule.method === 'cert' || ('certificate' in rule && rule.certificate));
  if (certificates && (config.tls.caFile === undefined || config.tls.certFile === undefined))
    problems.push('tls.caFile: missing; certificates of clients need it, and tls.certFile');
  const { certFile, keyFile } = config.tls;
  if (certFile !== undefined && keyFile === undefined)
    problems.push('tls.keyFile: missing; it belongs to tls.certFile');
  if (keyFile !== undefined && certFile === undefined)
    problems.push('tls.certFile: missing; it belongs to tls.keyFile');
  const catalogs = Object.entries(config.catalogs);
  if (catalogs.length > MAX_CATALOGS)
    problems.push(`catalogs: ${catalogs.length} given; expected at most ${MAX_CATALOGS}`);
  for (const [name, catalog] of catalogs) {
    if (!/^[^\0]{1,63}$/.test(name) || Buffer.byteLength(name) > 63) {
      problems.push(`${at('catalogs', name, 'uri')}: the name of a database has 1 to 63 bytes`);
    }
    if (catalog.warehouse === undefined && !catalog.readOnly) {
      problems.push(`catalogs.${name}.warehouse: missing; expected a URI or the path of a folder, or readOnly: true`);
    }
  }
  return problems;
}

/** True for addresses that only this machine reaches. Names other than localhost could mean anything. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  if (family === 0) return false;
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
