/** Where a session's client is, as SQL may ask. */
export type SessionConnection = {
  readonly client_addr: string;
  readonly client_port: number;
  readonly server_addr: string;
  readonly server_port: number;
  /** Undefined where the connection is not encrypted. */
  readonly tls: SessionTls | undefined;
};

/** As pg_stat_ssl has it; of the client's certificate only where it is one that the server's authority signed. */
export type SessionTls = {
  readonly sslversion: string;
  readonly sslcipher: string;
  readonly sslbits: number;
  readonly ssl_client_dn: string | null;
  readonly ssl_client_serial: string | null;
  readonly ssl_issuer_dn: string | null;
};
