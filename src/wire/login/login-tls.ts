import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { SessionTls } from '../../session/session-connection.ts';
import type { CertificateNames, LoginTls } from '../authentication.ts';

/** What a login may know of its encrypted connection. */
export function loginTls(socket: TLSSocket, endpointHash: Buffer): LoginTls {
  return {
    endpointHash,
    certificate: isSigned(socket) ? certificateNames(socket.getPeerCertificate()) : undefined,
    facts: tlsFacts(socket),
  };
}

/** As PostgreSQL shows it in pg_stat_ssl (be-secure-openssl.c). */
function tlsFacts(socket: TLSSocket): SessionTls {
  const { standardName } = socket.getCipher();
  const certificate = isSigned(socket) ? socket.getPeerX509Certificate() : undefined;
  const path = (name: string | undefined) => (name === undefined ? null : `/${name.replaceAll('\n', '/')}`);
  return {
    sslversion: socket.getProtocol() ?? '',
    sslcipher: standardName,
    sslbits: /128/.test(standardName) ? 128 : 256,
    ssl_client_dn: path(certificate?.subject),
    ssl_client_serial: certificate === undefined ? null : BigInt(`0x${certificate.serialNumber}`).toString(),
    ssl_issuer_dn: path(certificate?.issuer),
  };
}

/**
 * A tls.Server sets `authorized` from this verdict of OpenSSL; a socket that began as a plain one has the verdict only.
 * A client without a certificate has names of nothing, so the verdict alone lets nobody in.
 */
function isSigned(socket: TLSSocket): boolean {
  const { _handle: handle } = socket as unknown as { readonly _handle?: { verifyError(): Error | null } };
  return handle !== undefined && handle.verifyError() === null;
}

/** The common name and the alternative names (DNS, email, URI), each without its kind. */
function certificateNames({ subject, subjectaltname }: PeerCertificate): CertificateNames | undefined {
  if (subject === undefined) return undefined;
  const { CN: commonName } = subject as { readonly CN?: string | string[] };
  const alternatives = (subjectaltname ?? '')
    .split(', ')
    .flatMap((entry) => /^(?:DNS|email|URI):([^"]+)$/.exec(entry)?.[1] ?? []);
  // A certificate with several common names says nothing certain.
  return { commonName: typeof commonName === 'string' ? commonName : undefined, alternatives };
}
