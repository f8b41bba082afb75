import { CancelKeys } from './cancel-keys.ts';
import type { Connection } from './connection.ts';
import { tooManyConnections, tooManyConnectionsFor } from './errors.ts';
import type { ServerOptions } from './wire.ts';

/** What the connections of one server share. */
export class ConnectionHouse {
  readonly options: ServerOptions;
  readonly cancelKeys = new CancelKeys();
  readonly #admitted = new Map<Connection, { readonly address: string; user?: string }>();
  readonly #perAddress = new Map<string, number>();
  readonly #perUser = new Map<string, number>();
  stopping = false;

  constructor(options: ServerOptions) {
    this.options = options;
  }

  /** Before it costs anything to find out who the client is. Raises 53300 where a limit of connections is reached. */
  admit(connection: Connection, address: string, user: string): void {
    const { connections, connectionsPerAddress } = this.options.limits;
    if (this.#admitted.size >= connections) throw tooManyConnections();
    if (full(connectionsPerAddress, this.#perAddress.get(address))) throw tooManyConnectionsFor('address', address);
    this.#checkUser(user, -1);
    this.#admitted.set(connection, { address });
    add(this.#perAddress, address, 1);
  }

  /** The client is who it says. Raises 53300 where its role has as many sessions as it may. */
  enter(connection: Connection, user: string, roleLimit: number): void {
    this.#checkUser(user, roleLimit);
    this.#admitted.get(connection)!.user = user;
    add(this.#perUser, user, 1);
  }

  leave(connection: Connection): void {
    const place = this.#admitted.get(connection);
    if (place === undefined) return;
    this.#admitted.delete(connection);
    add(this.#perAddress, place.address, -1);
    if (place.user !== undefined) add(this.#perUser, place.user, -1);
  }

  #checkUser(user: string, roleLimit: number): void {
    const count = this.#perUser.get(user) ?? 0;
    if (full(this.options.limits.connectionsPerUser, count) || (roleLimit >= 0 && count >= roleLimit))
      throw tooManyConnectionsFor('role', user);
  }
}

/** A limit of 0 is none. */
function full(limit: number, count = 0): boolean {
  return limit > 0 && count >= limit;
}

function add(counts: Map<string, number>, name: string, change: 1 | -1): void {
  const count = (counts.get(name) ?? 0) + change;
  if (count === 0) counts.delete(name);
  else counts.set(name, count);
}
