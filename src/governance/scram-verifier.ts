import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { saslprep } from '@mongodb-js/saslprep';

/** What a server keeps of a password (RFC 5803); from it nobody learns the password, nor can log in with it. */
export type ScramVerifier = {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
};

/** PostgreSQL's scram_iterations. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** What a verifier may ask of a client, and of this server where it checks a plain password. */
const MAX_ITERATIONS = 1_000_000;

const derive = promisify(pbkdf2);

/** A verifier of the password, with a fresh salt unless one is given. The derivation runs off the thread. */
export async function scramVerifier(
  password: string,
  salt: Buffer = randomBytes(SALT_BYTES),
  iterations: number = ITERATIONS,
): Promise<ScramVerifier> {
  const salted = await derive(normalised(password), salt, iterations, KEY_BYTES, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  return {
    iterations,
    salt,
    storedKey: createHash('sha256').update(clientKey).digest(),
    serverKey: createHmac('sha256', salted).update('Server Key').digest(),
  };
}

/** As pg_authid.rolpassword holds it: `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`. */
export function printScramVerifier({ iterations, salt, storedKey, serverKey }: ScramVerifier): string {
  const [saltText, stored, server] = [salt, storedKey, serverKey].map((bytes) => bytes.toString('base64'));
  return `SCRAM-SHA-256$${iterations}:${saltText}$${stored}:${server}`;
}

/** Undefined where the text is no verifier. */
export function readScramVerifier(text: string): ScramVerifier | undefined {
  const match = /^SCRAM-SHA-256\$(\d{1,7}):([\w+/]+=*)\$([\w+/]+=*):([\w+/]+=*)$/.exec(text);
  if (match === null) return undefined;
  const [salt, storedKey, serverKey] = match.slice(2).map((part) => Buffer.from(part, 'base64'));
  const iterations = Number(match[1]);
  if (storedKey!.length !== KEY_BYTES || serverKey!.length !== KEY_BYTES) return undefined;
  if (iterations < 1 || iterations > MAX_ITERATIONS) return undefined;
  return { iterations, salt: salt!, storedKey: storedKey!, serverKey: serverKey! };
}

/** SASLprep (RFC 4013); a password that it prohibits is taken as it is, as PostgreSQL does (pg_be_scram_build_secret). */
function normalised(password: string): string {
  try {
    return saslprep(password);
  } catch {
    return password;
  }
}
