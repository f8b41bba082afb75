import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';

export type CertificateFiles = {
  /** Certificate chain and its key, in PEM. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Authorities that sign clients' certificates, in PEM. */
  readonly caFile?: string;
};

/** What encrypted connections of one moment use. */
export type ServerCertificate = {
  readonly context: SecureContext;
  /** tls-server-end-point (RFC 5929, 4.1). */
  readonly endpointHash: Buffer;
  /** Clients are asked for a certificate. */
  readonly asksClients: boolean;
};

/** How often the files are looked at, at most. */
const CHECK_EVERY_MS = 1000;

/**
 * Reads the files now, and again when they have changed by the time of a new connection; a change that cannot be used
 * (a key that does not belong to the certificate, half a file) leaves the old certificate in force.
 */
export function serverCertificate(
  files: CertificateFiles,
  onRefusedChange?: (error: unknown) => void,
): () => ServerCertificate {
  let state = stateOf(files);
  let current = read(files);
  let checkedAt = performance.now();
  return () => {
    if (performance.now() - checkedAt < CHECK_EVERY_MS) return current;
    checkedAt = performance.now();
    try {
      const now = stateOf(files);
      if (now !== state) {
        state = now;
        current = read(files);
      }
    } catch (error) {
      onRefusedChange?.(error);
    }
    return current;
  };
}

function stateOf(files: CertificateFiles): string {
  return Object.values(files)
    .map((file) => {
      const { mtimeMs, size, ino } = statSync(file);
      return `${mtimeMs} ${size} ${ino}`;
    })
    .join('\n');
}

function read({ certFile, keyFile, caFile }: CertificateFiles): ServerCertificate {
  const cert = readFileSync(certFile);
  const context = createSecureContext({
    minVersion: 'TLSv1.2',
    cert,
    key: readFileSync(keyFile),
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
  });
  return { context, endpointHash: endpointHash(new X509Certificate(cert)), asksClients: caFile !== undefined };
}

/** The certificate hashed by its signature's own hash; by SHA-256 where that is MD5, SHA-1 or none. */
function endpointHash(certificate: X509Certificate): Buffer {
  const algorithm = (certificate as { readonly signatureAlgorithm?: string }).signatureAlgorithm ?? '';
  const [name = 'sha256'] = /sha(?:224|256|384|512)/i.exec(algorithm) ?? [];
  return createHash(name.toLowerCase()).update(certificate.raw).digest();
}
