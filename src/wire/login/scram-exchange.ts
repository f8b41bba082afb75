import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ScramVerifier } from '../../governance/scram-verifier.ts';
import { BodyReader } from '../body-reader.ts';
import { brokenProtocol, channelBindingNegotiation } from '../errors.ts';
import type { Login } from '../authentication.ts';

const SASL = 10;
const SASL_CONTINUE = 11;
const SASL_FINAL = 12;
const PLAIN = 'SCRAM-SHA-256';
const BOUND = 'SCRAM-SHA-256-PLUS';
const NONCE_BYTES = 18;

/**
 * The server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, 7677; PostgreSQL "SASL Authentication"). True
 * where the client knows the password; the last message, which proves the server to the client, is sent then.
 */
export async function scramExchange(login: Login, verifier: ScramVerifier): Promise<boolean> {
  const mechanisms = login.tls === undefined ? [PLAIN] : [BOUND, PLAIN];
  const offer = Buffer.from([...mechanisms, ''].map((name) => `${name}\0`).join(''));
  const { mechanism, text } = readInitialResponse(await login.ask(SASL, offer), mechanisms);
  const first = readClientFirst(text, mechanism, login);
  const nonce = first.nonce + randomBytes(NONCE_BYTES).toString('base64');
  const serverFirst = `r=${nonce},s=${verifier.salt.toString('base64')},i=${verifier.iterations}`;
  const final = readClientFinal((await login.ask(SASL_CONTINUE, Buffer.from(serverFirst))).toString());
  if (!final.binding.equals(first.binding)) throw scramBroken('SCRAM channel binding check failed');
  if (final.nonce !== nonce) throw scramBroken('The nonce does not match.');
  const message = `${first.bare},${serverFirst},${final.withoutProof}`;
  const signature = hmac(verifier.storedKey, message);
  const clientKey = Buffer.from(final.proof.map((byte, index) => byte ^ signature[index]!));
  if (!timingSafeEqual(createHash('sha256').update(clientKey).digest(), verifier.storedKey)) return false;
  login.tell(SASL_FINAL, Buffer.from(`v=${hmac(verifier.serverKey, message).toString('base64')}`));
  return true;
}

/** SASLInitialResponse: the mechanism, and what the client says first. */
function readInitialResponse(body: Buffer, offered: readonly string[]): { mechanism: string; text: string } {
  const reader = new BodyReader(body);
  const mechanism = reader.string();
  if (!offered.includes(mechanism)) throw brokenProtocol('client selected an invalid SASL authentication mechanism');
  const length = reader.int32();
  if (length < 0) throw scramBroken('The message is empty.');
  const text = reader.bytes(length).toString();
  reader.end();
  return { mechanism, text };
}

type ClientFirst = { readonly bare: string; readonly nonce: string; readonly binding: Buffer };

/** client-first-message; `binding` is what the final message has to repeat: the header and the channel's hash. */
function readClientFirst(text: string, mechanism: string, login: Login): ClientFirst {
  const match =
    /^((n|y|p=[A-Za-z0-9.-]+),(?:a=[^,]*)?,)((?:m=[^,]*,)?n=[^,]*,r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/s.exec(text);
  if (match === null) throw scramBroken('The first message cannot be read.');
  const [, header = '', flag = '', bare = '', nonce = ''] = match;
  if (bare.startsWith('m=')) throw scramBroken('client requires an unsupported SCRAM extension');
  if (flag.startsWith('p=') !== (mechanism === BOUND))
    throw scramBroken('The client selected a mechanism and a channel binding that do not go together.');
  // The client can bind and believes that this server cannot: somebody took the offer away on the way.
  if (flag === 'y' && login.tls !== undefined) throw channelBindingNegotiation();
  if (flag.startsWith('p=') && flag !== 'p=tls-server-end-point')
    throw scramBroken(`unsupported SCRAM channel-binding type "${flag.slice(2)}"`);
  const hash = flag.startsWith('p=') ? (login.tls?.endpointHash ?? Buffer.alloc(0)) : Buffer.alloc(0);
  return { bare, nonce, binding: Buffer.concat([Buffer.from(header), hash]) };
}

type ClientFinal = {
  readonly withoutProof: string;
  readonly binding: Buffer;
  readonly nonce: string;
  readonly proof: Buffer;
};

function readClientFinal(text: string): ClientFinal {
  const match = /^(c=([A-Za-z0-9+/]+=*),r=([^,]+)(?:,.*)?),p=([A-Za-z0-9+/]+=*)$/s.exec(text);
  const proof = Buffer.from(match?.[4] ?? '', 'base64');
  if (match === null || proof.length !== 32) throw scramBroken('The final message cannot be read.');
  return { withoutProof: match[1]!, binding: Buffer.from(match[2]!, 'base64'), nonce: match[3]!, proof };
}

function hmac(key: Buffer, message: string): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

function scramBroken(detail: string): Error {
  return brokenProtocol('malformed SCRAM message', detail);
}
