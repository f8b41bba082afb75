import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** The client's side of SCRAM-SHA-256 (RFC 5802), without channel binding. */
export class ScramClient {
  readonly first: string;
  readonly #nonce = randomBytes(18).toString('base64');
  readonly #password: string;
  #serverSignature: Buffer | undefined;

  constructor(password: string) {
    this.#password = password;
    this.first = `n,,n=,r=${this.#nonce}`;
  }

  /** What to answer to the server's first message. */
  final(serverFirst: string): string {
    const match = /^r=([^,]+),s=([^,]+),i=(\d{1,7})$/.exec(serverFirst);
    if (match === null || !match[1]!.startsWith(this.#nonce)) throw new Error('the server does not speak SCRAM');
    const salted = pbkdf2Sync(
      this.#password.normalize('NFKC'),
      Buffer.from(match[2]!, 'base64'),
      Number(match[3]),
      32,
      'sha256',
    );
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=biws,r=${match[1]}`;
    const message = `${this.first.slice(3)},${serverFirst},${withoutProof}`;
    const signature = hmac(createHash('sha256').update(clientKey).digest(), message);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ signature[index]!));
    this.#serverSignature = hmac(hmac(salted, 'Server Key'), message);
    return `${withoutProof},p=${proof.toString('base64')}`;
  }

  /** Throws where the server does not know the password either. */
  check(serverFinal: string): void {
    const given = Buffer.from(serverFinal.replace(/^v=/, ''), 'base64');
    const expected = this.#serverSignature ?? Buffer.alloc(0);
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new Error('the server could not prove that it knows the password');
  }
}

function hmac(key: Buffer, message: string): Buffer {
  return createHmac('sha256', key).update(message).digest();
}
