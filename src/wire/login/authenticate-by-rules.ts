import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Credential } from '../../governance/governance.ts';
import { readScramVerifier, scramVerifier } from '../../governance/scram-verifier.ts';
import type { ScramVerifier } from '../../governance/scram-verifier.ts';
import type { Admission, Authentication, Login } from '../authentication.ts';
import { BodyReader } from '../body-reader.ts';
import {
  certificateMissing,
  certificateOfAnother,
  emptyPassword,
  passwordFailed,
  passwordInTheClear,
  refusedClient,
} from '../errors.ts';
import { accessRuleFor } from './access-rule.ts';
import type { AccessRule } from './access-rule.ts';
import { FailureDelays } from './failure-delays.ts';
import { scramExchange } from './scram-exchange.ts';

export type RuleOptions = {
  readonly rules: readonly AccessRule[];
  /** What the control log says of a role now; undefined where it has none. */
  readonly credential: (role: string) => Promise<Credential | undefined>;
  /** Wait after the first failure of an address. */
  readonly failureDelayMs: number;
};

const CLEARTEXT_PASSWORD = 3;
const SCRAM_ITERATIONS = 4096;

/** Authentication by the first access rule that is about a login; without one nobody is let in. */
export function authenticateByRules({ rules, credential, failureDelayMs }: RuleOptions): Authentication {
  const delays = new FailureDelays(failureDelayMs);
  const mock = mockVerifiers();
  return async (login) => {
    const rule = accessRuleFor(rules, login);
    if (rule === undefined || rule.method === 'reject') {
      await delays.failed(login.address);
      throw refusedClient(login.address, login.user, login.database, login.tls !== undefined, rule?.name);
    }
    const known = await credential(login.user);
    try {
      if (rule.certificate || rule.method === 'cert') checkCertificate(rule, login);
      if (rule.method === 'scram-sha-256' || rule.method === 'password') {
        await checkPassword(rule.method, login, known, mock(login.user));
      }
    } catch (error) {
      await delays.failed(login.address);
      throw error;
    }
    delays.succeeded(login.address);
    return admission(known);
  };
}

function admission(known: Credential | undefined): Admission {
  return { connectionLimit: known?.connectionLimit ?? -1 };
}

/** The same work and the same words, whether there is such a role, whether it has a password, and whether it is right. */
async function checkPassword(
  method: 'scram-sha-256' | 'password',
  login: Login,
  known: Credential | undefined,
  mock: ScramVerifier,
): Promise<void> {
  const kept = known?.verifier === undefined ? undefined : readScramVerifier(known.verifier);
  const verifier = kept ?? mock;
  const proved =
    method === 'password' ? await plainPasswordIsRight(login, verifier) : await scramExchange(login, verifier);
  const expired = known?.validUntilMs !== undefined && known.validUntilMs < Date.now();
  if (!proved || kept === undefined || expired) throw passwordFailed(login.user);
}

async function plainPasswordIsRight(login: Login, verifier: ScramVerifier): Promise<boolean> {
  if (login.tls === undefined) throw passwordInTheClear(login.user);
  const password = new BodyReader(await login.ask(CLEARTEXT_PASSWORD, new Uint8Array())).string();
  if (password === '') throw emptyPassword();
  const given = await scramVerifier(password, verifier.salt, verifier.iterations);
  return timingSafeEqual(given.storedKey, verifier.storedKey);
}

/** verify-full: an authority that this server trusts signed it, and a name in it is the user's or is mapped to it. */
function checkCertificate(rule: AccessRule, login: Login): void {
  const names = login.tls?.certificate;
  if (names === undefined) throw certificateMissing();
  const shown = [names.commonName, ...names.alternatives].filter((name) => name !== undefined);
  const users = shown.map((name) => (Object.hasOwn(rule.certificateMap, name) ? rule.certificateMap[name] : name));
  if (!users.includes(login.user)) throw certificateOfAnother(login.user);
}

/** A verifier for a role that has none: always the same for one name, so that a second try does not give it away. */
function mockVerifiers(): (user: string) => ScramVerifier {
  const secret = randomBytes(32);
  return (user) => {
    const salt = createHmac('sha256', secret).update(user).digest().subarray(0, 16);
    const key = createHmac('sha256', secret).update(`key of ${user}`).digest();
    return { iterations: SCRAM_ITERATIONS, salt, storedKey: key, serverKey: key };
  };
}
