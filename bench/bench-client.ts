import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { startupBytes } from '../test/support/frontend-bytes.ts';

export type Server = { readonly host: string; readonly port: number; readonly user: string; readonly database: string };

const READY = 0x5a;
const ERROR = 0x45;

/** A client that costs little: it sends bytes, counts messages by type and bytes, and reads nothing else. */
export class BenchClient {
  readonly #socket: Socket;
  /** Bytes received. */
  receivedBytes = 0;
  #header = Buffer.alloc(5);
  #headerLength = 0;
  #bodyLeft = 0;
  #readyWanted = 0;
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static async connect(server: Server): Promise<BenchClient> {
    const socket = connect({ host: server.host, port: server.port, noDelay: true });
    await once(socket, 'connect');
    const client = new BenchClient(socket);
    const { user, database } = server;
    await client.exchange(startupBytes({ user, database }), 1);
    return client;
  }

  /** Sends bytes and resolves after so many ReadyForQuery; an error message rejects. */
  async exchange(bytes: Uint8Array, readyCount: number): Promise<void> {
    if (this.#failure) throw this.#failure;
    this.#readyWanted = readyCount;
    const done = new Promise<void>((resolve) => (this.#wake = resolve));
    this.#socket.write(bytes);
    await done;
    if (this.#failure) throw this.#failure;
  }

  /** Reads no faster than this for the rest of the connection, in bytes a second. */
  throttle(bytesPerSecond: number): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#socket.pause();
      setTimeout(() => this.#socket.resume(), (chunk.length / bytesPerSecond) * 1000);
    });
  }

  close(): void {
    this.#socket.removeAllListeners('close').destroy();
  }

  #take(chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    for (let at = 0; at < chunk.length;) {
      if (this.#bodyLeft > 0) {
        const taken = Math.min(this.#bodyLeft, chunk.length - at);
        this.#bodyLeft -= taken;
        at += taken;
      } else if (this.#headerLength === 0 && chunk.length - at >= 5) {
        this.#begin(chunk[at]!, chunk.readInt32BE(at + 1));
        at += 5;
      } else {
        this.#header[this.#headerLength++] = chunk[at++]!;
        if (this.#headerLength < 5) continue;
        this.#headerLength = 0;
        this.#begin(this.#header[0]!, this.#header.readInt32BE(1));
      }
    }
  }

  #begin(type: number, length: number): void {
    this.#bodyLeft = length - 4;
    if (type === ERROR) this.#fail(new Error('the server answered with an error'));
    if (type === READY && --this.#readyWanted === 0) this.#wake?.();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
