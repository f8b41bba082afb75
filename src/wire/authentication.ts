import { refusedClient } from './errors.ts';

/** Somebody who wants to be let in. */
export type Login = {
  readonly user: string;
  readonly database: string;
  /** The client's address. */
  readonly address: string;
  readonly encrypted: boolean;
  /** Sends an authentication request (its code and what follows it) and resolves to the client's answer. */
  ask(code: number, payload: Uint8Array): Promise<Buffer>;
};

/** Lets a client in by returning; refuses it with a FATAL SqlError. */
export type Authentication = (login: Login) => Promise<void>;

/** Believes every client of this machine and nobody else. */
export const trustOnLoopback: Authentication = async (login) => {
  if (!isLoopback(login.address)) throw refusedClient(login.address, login.user, login.database, login.encrypted);
};

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
