import { BlockList, isIP } from 'node:net';
import type { Config } from './config.ts';
import { place } from './gather.ts';
import { MAX_CATALOGS } from './schema.ts';

/** What no single setting can know: rules between settings. Returns the problems. */
export function checkConfig(config: Config, sources: ReadonlyMap<string, string>): readonly string[] {
  const at = (...path: readonly string[]): string => place(path, sources.get(path.join('.')) ?? 'default');
  const problems: string[] = [];
  if (config.auth.method === 'trust' && !isLoopback(config.listen.host)) {
    problems.push(
      `${at('listen', 'host')}: "${config.listen.host}" can be reached by others and no authentication is configured; ` +
        'expected a loopback address such as "127.0.0.1", "::1" or "localhost"',
    );
  }
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
