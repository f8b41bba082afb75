import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type CertificatePair = { readonly cert: string; readonly key: string };

/** A certificate authority in a folder, made by openssl, that signs what the tests ask for. */
export class TestAuthority {
  readonly folder: string;
  readonly ca: CertificatePair;
  #count = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.ca = { cert: join(folder, 'ca.pem'), key: join(folder, 'ca.key') };
    const { cert, key } = this.ca;
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=ca',
      '-days',
      '2',
    );
  }

  /** Signs a certificate for a common name, with alternative names such as `email:a@b.example`. */
  sign(commonName: string, alternatives = 'DNS:localhost'): CertificatePair {
    const stem = join(this.folder, `${commonName}-${(this.#count += 1)}`);
    const [key, request, cert, extensions] = [`${stem}.key`, `${stem}.csr`, `${stem}.pem`, `${stem}.ext`];
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', request, '-subj', `/CN=${commonName}`);
    writeFileSync(extensions, `subjectAltName=${alternatives}\n`);
    const signer = [
      '-CA',
      this.ca.cert,
      '-CAkey',
      this.ca.key,
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      extensions,
    ];
    openssl('x509', '-req', '-in', request, '-out', cert, ...signer);
    return { cert, key };
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}
