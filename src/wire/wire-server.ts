import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { ConnectionHouse } from './connection-house.ts';
import { tooManyConnections } from './errors.ts';
import type { ServerOptions } from './wire.ts';

/** Sockets that are not (yet) sessions, over the limit of connections: enough to cancel and to be told why not. */
const SPARE_SOCKETS = 100;
/** From the end of the grace period to the end of every session. */
const INTERRUPTED_WITHIN_MS = 5_000;

/** Listens for clients and serves them until it is stopped. */
export class WireServer {
  readonly #server: Server;
  readonly #house: ConnectionHouse;
  readonly #running = new Map<Connection, Promise<void>>();

  private constructor(server: Server, house: ConnectionHouse) {
    this.#server = server;
    this.#house = house;
    server.on('connection', (socket) => this.#accept(socket));
    server.on('drop', (dropped) => this.#report(dropped?.remoteAddress ?? ''));
  }

  /** Resolves once clients can connect; rejects with the system's error where the address is taken. */
  static async listen(options: ServerOptions): Promise<WireServer> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true, keepAlive: true });
    server.maxConnections = options.limits.connections + SPARE_SOCKETS;
    const wire = new WireServer(server, new ConnectionHouse(options));
    server.listen(options.port, options.host);
    await once(server, 'listening');
    return wire;
  }

  get host(): string {
    return (this.#server.address() as AddressInfo).address;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Clients connected now, those that have not logged in included. */
  get connections(): number {
    return this.#running.size;
  }

  /**
   * No new sessions from now on; idle ones end with 57P01, busy ones when their statement and transaction block end,
   * at the latest after `graceMs`. Resolves when every connection is closed.
   */
  async stop(graceMs: number): Promise<void> {
    this.#house.stopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#running.keys()) connection.stop('when idle');
    if (!(await this.#emptyWithin(graceMs))) {
      for (const connection of this.#running.keys()) connection.stop('interrupt');
      await this.#emptyWithin(INTERRUPTED_WITHIN_MS);
    }
    for (const connection of this.#running.keys()) connection.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(0);
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, this.#house);
    this.#running.set(
      connection,
      connection.run().finally(() => this.#running.delete(connection)),
    );
  }

  /** A socket too many, which nobody spoke with. */
  #report(address: string): void {
    const error = tooManyConnections();
    const { sqlstate } = error;
    this.#house.options.onConnection?.({ kind: 'refused', address, processId: 0, durationMs: 0, sqlstate, error });
  }

  async #emptyWithin(timeoutMs: number): Promise<boolean> {
    const all = Promise.all(this.#running.values()).then(() => true);
    const controller = new AbortController();
    const late = sleep(timeoutMs, false, { signal: controller.signal, ref: true }).catch(() => false);
    const emptied = await Promise.race([all, late]);
    controller.abort();
    return emptied;
  }
}
