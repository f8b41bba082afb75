import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteControlLog } from '../../src/governance/sqlite-control-log.ts';
import { RoleRegistry } from '../../src/governance/role-registry.ts';
import { printScramVerifier, scramVerifier } from '../../src/governance/scram-verifier.ts';
import { TestAuthority } from './certificates.ts';
import { startGateway } from './gateway.ts';
import type { Gateway } from './gateway.ts';

/** A gateway that lets nobody in but by SCRAM over TLS; its certificate is for `localhost`, signed by `caFile`. */
export type SecureGateway = {
  readonly gateway: Gateway;
  readonly caFile: string;
  readonly password: string;
  [Symbol.asyncDispose](): Promise<void>;
};

const PASSWORD = 'pencil';

export async function startSecureGateway(): Promise<SecureGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'bergwire-secure-'));
  const authority = new TestAuthority(folder);
  const { cert, key } = authority.sign('localhost', 'DNS:localhost,IP:127.0.0.1');
  {
    await using roles = await RoleRegistry.open(openSqliteControlLog(join(folder, '.bergwire/control.db')), 'bergwire');
    const verifier = printScramVerifier(await scramVerifier(PASSWORD));
    await roles.change({ kind: 'alter', role: 'bergwire', attributes: { verifier } }, 'bergwire');
  }
  const gateway = await startGateway({
    folder,
    flags: [
      `--tls.certFile=${cert}`,
      `--tls.keyFile=${key}`,
      '--auth.rules.all.encryption=tls',
      '--auth.rules.all.method=scram-sha-256',
    ],
  });
  return {
    gateway,
    caFile: authority.ca.cert,
    password: PASSWORD,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
