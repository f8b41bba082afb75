import type { SessionTls } from '../session/session-connection.ts';

/** Somebody who wants to be let in. */
export type Login = {
  readonly user: string;
  readonly database: string;
  /** The client's address. */
  readonly address: string;
  /** Undefined on a connection that is not encrypted. */
  readonly tls: LoginTls | undefined;
  /** Sends an authentication request (its code and what follows it) and resolves to the client's answer. */
  ask(code: number, payload: Uint8Array): Promise<Buffer>;
  /** Sends one that the client does not answer. */
  tell(code: number, payload: Uint8Array): void;
};

export type LoginTls = {
  /** Names in the client's certificate; undefined where it showed none that the configured authority signed. */
  readonly certificate: CertificateNames | undefined;
  /** tls-server-end-point (RFC 5929) of the server's own certificate. */
  readonly endpointHash: Buffer;
  readonly facts: SessionTls;
};

export type CertificateNames = { readonly commonName: string | undefined; readonly alternatives: readonly string[] };

/** What becomes of a login that was let in. */
export type Admission = {
  /** Sessions of this role at the same time; -1 is no limit. */
  readonly connectionLimit: number;
};

/** Lets a client in by returning; refuses it with a FATAL SqlError. */
export type Authentication = (login: Login) => Promise<Admission>;
