import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { SqlError } from '../base/sql-error.ts';
import type { Session } from '../session/session.ts';
import type { SessionConnection } from '../session/session-connection.ts';
import { decodeRequest } from './decode-request.ts';
import { authenticationTimeout, brokenProtocol, internalError, shuttingDown, unknownDatabase } from './errors.ts';
import type { LoginTls } from './authentication.ts';
import { loginTls } from './login/login-tls.ts';
import { RequestQueue } from './request-queue.ts';
import { SocketClient } from './socket-client.ts';
import { decodeStartupPacket } from './startup-packet.ts';
import type { Startup } from './startup-packet.ts';
import type { ConnectionHouse } from './connection-house.ts';
import type { ConnectionEvent } from './wire.ts';

const AUTHENTICATION_MESSAGE_BYTES = 65_535;
const TLS_HANDSHAKE = 0x16;
/** Requests of one client that are answered before the others get their turn. */
const REQUESTS_AT_ONCE = 256;

/** One client's connection, from its first byte to its last. */
export class Connection {
  readonly #house: ConnectionHouse;
  readonly #address: string;
  readonly #startedAt = performance.now();
  readonly #requests: RequestQueue;
  #socket: Socket;
  #client: SocketClient;
  #session: Session | undefined;
  #processId = 0;
  #tls: LoginTls | undefined;
  #startup: Startup | undefined;
  #stopping: SqlError | undefined;

  constructor(socket: Socket, house: ConnectionHouse) {
    const { limits } = house.options;
    this.#house = house;
    this.#socket = socket;
    this.#address = socket.remoteAddress ?? '';
    this.#requests = new RequestQueue({
      startupBytes: limits.startupMessageBytes,
      authenticationBytes: Math.min(AUTHENTICATION_MESSAGE_BYTES, limits.messageBytes),
      messageBytes: limits.messageBytes,
    });
    this.#client = new SocketClient(socket, this.#requests);
    this.#requests.onEnd = () => this.#clientLeft();
  }

  /** Serves the client until either side ends it; never rejects. */
  async run(): Promise<void> {
    this.#socket.setNoDelay(true);
    this.#requests.attach(this.#socket);
    const impatience = setTimeout(
      () => this.#stop(authenticationTimeout()),
      this.#house.options.limits.authenticationTimeoutMs,
    );
    let failure: unknown;
    try {
      const opened = await this.#open();
      clearTimeout(impatience);
      if (opened) await this.#serve();
    } catch (error) {
      failure = error;
      this.#fail(error);
    } finally {
      clearTimeout(impatience);
      await this.#close(failure);
    }
  }

  /** Ends the session with 57P01: at once where it is idle, else after the statement or when `interrupt` says so. */
  stop(how: 'when idle' | 'interrupt'): void {
    if (this.#session === undefined) this.#stop(shuttingDown());
    else this.#session.shutdown(how);
  }

  /** Closes the socket without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Until a session is ready for requests; false where the client wanted none. */
  async #open(): Promise<boolean> {
    const startup = await this.#negotiate();
    if (startup === undefined) return false;
    this.#startup = startup;
    if (this.#house.stopping) throw shuttingDown();
    this.#house.admit(this, this.#address, startup.user);
    if (startup.negotiate) this.#client.negotiateProtocolVersion(startup.minor, startup.unknownOptions);
    const { connectionLimit } = await this.#house.options.authentication({
      user: startup.user,
      database: startup.database,
      address: this.#address,
      tls: this.#tls,
      ask: (code, payload) => this.#ask(code, payload),
      tell: (code, payload) => this.#client.authentication(code, payload),
    });
    this.#house.enter(this, startup.user, connectionLimit);
    const database = this.#house.options.databases.get(startup.database);
    if (database === undefined) throw unknownDatabase(startup.database);
    this.#client.authentication(0);
    this.#processId = this.#house.cancelKeys.nextProcessId();
    const session = await database.open({
      client: this.#client,
      role: startup.user,
      processId: this.#processId,
      connection: this.#addresses(),
      settings: startup.settings,
    });
    this.#session = session;
    if (this.#stopping !== undefined) throw this.#stopping;
    const secret = this.#house.cancelKeys.issue(this.#processId, startup.minor, () => session.cancel());
    this.#client.backendKey(this.#processId, secret);
    session.start();
    this.#report('opened');
    return true;
  }

  #addresses(): SessionConnection {
    const { remotePort = 0, localAddress = '', localPort = 0 } = this.#socket;
    return {
      client_addr: plainAddress(this.#address),
      client_port: remotePort,
      server_addr: plainAddress(localAddress),
      server_port: localPort,
      tls: this.#tls?.facts,
    };
  }

  /** Packets before the startup packet: encryption and cancelling. */
  async #negotiate(): Promise<Startup | undefined> {
    const asked = new Set<string>();
    for (;;) {
      await this.#encryptAtOnce();
      const body = await this.#requests.pull((framer) => framer.nextPacket());
      if (body === undefined) return undefined;
      const packet = decodeStartupPacket(body);
      if (packet.kind === 'startup') return packet;
      if (packet.kind === 'cancel') {
        const right = this.#house.cancelKeys.use(packet.processId, packet.secret);
        this.#report('cancel', right ? undefined : brokenProtocol('the cancel key is wrong'));
        return undefined;
      }
      // One question of each kind, none once encrypted: no client asks more, and a flood of them is no session.
      if (asked.has(packet.kind) || this.#socket instanceof TLSSocket)
        throw brokenProtocol(`unsupported frontend protocol 1234.${packet.kind === 'ssl' ? 5679 : 5680}`);
      asked.add(packet.kind);
      const encrypt = packet.kind === 'ssl' && this.#house.options.tls !== undefined;
      if (encrypt && this.#requests.framer.pendingBytes > 0)
        throw brokenProtocol(
          'received unencrypted data after SSL request',
          'This could be either a client-software bug or evidence of an attempted man-in-the-middle attack.',
        );
      if (encrypt) this.#requests.detach();
      this.#socket.write(encrypt ? 'S' : 'N');
      if (encrypt) await this.#encrypt(false);
    }
  }

  /** A client may begin with the TLS handshake itself, naming the protocol (ALPN). */
  async #encryptAtOnce(): Promise<void> {
    if (this.#house.options.tls === undefined || this.#socket instanceof TLSSocket) return;
    const first = await this.#requests.pull((framer) => framer.firstByte);
    if (first !== TLS_HANDSHAKE) return;
    this.#requests.detach();
    this.#socket.unshift(this.#requests.framer.drain());
    await this.#encrypt(true);
  }

  async #encrypt(namedProtocol: boolean): Promise<void> {
    const certificate = this.#house.options.tls!();
    const secure = new TLSSocket(this.#socket, {
      isServer: true,
      secureContext: certificate.context,
      requestCert: certificate.asksClients,
      rejectUnauthorized: false,
      ALPNProtocols: ['postgresql'],
    });
    this.#socket = secure;
    this.#client = new SocketClient(secure, this.#requests);
    await new Promise<void>((resolve, reject) => {
      secure.once('secure', resolve).once('close', () => reject(brokenProtocol('could not accept SSL connection')));
      secure.on('error', reject).on('_tlsError', reject);
    });
    this.#tls = loginTls(secure, certificate.endpointHash);
    if (namedProtocol && secure.alpnProtocol !== 'postgresql')
      throw brokenProtocol('received direct SSL connection request without ALPN protocol negotiation extension');
    this.#requests.attach(secure);
  }

  async #ask(code: number, payload: Uint8Array): Promise<Buffer> {
    this.#client.authentication(code, payload);
    this.#client.flush();
    const answer = await this.#requests.pull((framer) => framer.nextAuthentication());
    if (answer === undefined) throw this.#stopping ?? brokenProtocol('unexpected EOF on client connection');
    return answer.body;
  }

  async #serve(): Promise<void> {
    const session = this.#session!;
    const { framer } = this.#requests;
    let atOnce = 0;
    while (!session.done) {
      // Whoever sends many requests at once must not hold the thread.
      if (atOnce++ > REQUESTS_AT_ONCE) atOnce = await setImmediate(0);
      const frame = framer.nextRequest() ?? (await this.#requests.pull(() => framer.nextRequest()));
      if (frame === undefined || session.done) break;
      const answering = session.handle(decodeRequest(frame.type, frame.body), framer.peekType() === 'S');
      if (answering !== undefined) await answering;
      const room = this.#client.writable();
      if (room !== undefined) await room;
    }
  }

  /** The client stopped sending. A statement that still runs has nobody to answer, unless the client said goodbye. */
  #clientLeft(): void {
    if (!this.#requests.framer.endsWithGoodbye()) this.#session?.abandon();
  }

  #stop(error: SqlError): void {
    this.#stopping = error;
    this.#client.error(error.fields);
    this.#client.end();
    this.#requests.close();
    this.#socket.destroySoon();
  }

  #fail(error: unknown): void {
    if (this.#stopping !== undefined || this.#socket.destroyed) return;
    const known = error instanceof SqlError ? error : internalError(error);
    this.#client.error({ ...known.fields, severity: 'FATAL' });
  }

  async #close(failure: unknown): Promise<void> {
    this.#house.cancelKeys.revoke(this.#processId);
    await this.#session?.[Symbol.asyncDispose]();
    this.#house.leave(this);
    this.#client.end();
    this.#requests.detach();
    this.#socket.resume();
    this.#socket.destroySoon();
    if (this.#session !== undefined) this.#report('closed', failure);
    else if (failure !== undefined || this.#stopping !== undefined) this.#report('refused', failure ?? this.#stopping);
  }

  #report(kind: ConnectionEvent['kind'], error?: unknown): void {
    this.#house.options.onConnection?.({
      kind,
      address: this.#address,
      processId: this.#processId,
      ...(this.#startup && { user: this.#startup.user, database: this.#startup.database }),
      durationMs: performance.now() - this.#startedAt,
      ...(error instanceof SqlError && { sqlstate: error.sqlstate }),
      ...(error !== undefined && { error }),
    });
  }
}

/** IPv4 as it is written, also where it came to a socket of IPv6. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}
