import type { SecureContext } from 'node:tls';
import { CancelKeys } from './cancel-keys.ts';
import type { Connection } from './connection.ts';
import type { ServerOptions } from './wire.ts';

/** What the connections of one server share. */
export class ConnectionHouse {
  readonly options: ServerOptions;
  readonly secureContext: SecureContext | undefined;
  readonly cancelKeys = new CancelKeys();
  readonly #admitted = new Set<Connection>();
  stopping = false;

  constructor(options: ServerOptions, secureContext: SecureContext | undefined) {
    this.options = options;
    this.secureContext = secureContext;
  }

  /** False where the limit of connections is reached. */
  admit(connection: Connection): boolean {
    if (this.#admitted.size >= this.options.limits.connections) return false;
    this.#admitted.add(connection);
    return true;
  }

  leave(connection: Connection): void {
    this.#admitted.delete(connection);
  }
}
