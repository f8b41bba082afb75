import { BodyReader } from './body-reader.ts';
import { brokenProtocol, malformedOptions, missingUser, replicationRefused, unsupportedProtocol } from './errors.ts';

/** What a client sends first (PostgreSQL, "Message Formats": StartupMessage, SSLRequest, GSSENCRequest, CancelRequest). */
export type StartupPacket =
  | { readonly kind: 'ssl' | 'gss' }
  | { readonly kind: 'cancel'; readonly processId: number; readonly secret: Buffer }
  | Startup;

export type Startup = {
  readonly kind: 'startup';
  /** The protocol spoken from here on: 3.0 or 3.2. */
  readonly minor: 0 | 2;
  /** True where the client must be told what is spoken: its version is not, or its `_pq_.` options are unknown. */
  readonly negotiate: boolean;
  readonly unknownOptions: readonly string[];
  readonly user: string;
  readonly database: string;
  /** Settings by the name the client used, those of `options=-c name=value` included. */
  readonly settings: ReadonlyMap<string, string>;
};

const CANCEL = 1234 * 65536 + 5678;
const SSL = 1234 * 65536 + 5679;
const GSS = 1234 * 65536 + 5680;
const NEWEST_MINOR = 2;
/** Secrets of protocol 3.2 have up to this many bytes. */
const MAX_SECRET_BYTES = 256;

/** Decodes a packet's body (without its length). */
export function decodeStartupPacket(body: Buffer): StartupPacket {
  const reader = new BodyReader(body);
  const version = reader.uint32();
  if (version === SSL) return { kind: 'ssl' };
  if (version === GSS) return { kind: 'gss' };
  if (version === CANCEL) return decodeCancel(reader);
  const major = version >>> 16;
  const minor = version & 0xffff;
  if (major !== 3) throw unsupportedProtocol(major, minor);
  return decodeStartup(reader, minor);
}

function decodeCancel(reader: BodyReader): StartupPacket {
  if (reader.remaining < 8 || reader.remaining > 4 + MAX_SECRET_BYTES)
    throw brokenProtocol('invalid length of cancel request packet');
  return { kind: 'cancel', processId: reader.int32(), secret: reader.bytes(reader.remaining) };
}

function decodeStartup(reader: BodyReader, minor: number): Startup {
  const given = readParameters(reader);
  const unknownOptions = [...given.keys()].filter((name) => name.startsWith('_pq_.'));
  const user = given.get('user');
  if (user === undefined || user === '') throw missingUser();
  const replication = given.get('replication');
  if (replication !== undefined && !/^(false|off|no|0|f|n|of)$/i.test(replication)) throw replicationRefused();
  const settings = new Map(parseOptions(given.get('options') ?? ''));
  for (const [name, value] of given)
    if (!NOT_SETTINGS.has(name) && !name.startsWith('_pq_.')) settings.set(name, value);
  const database = given.get('database');
  return {
    kind: 'startup',
    minor: minor >= NEWEST_MINOR ? 2 : 0,
    negotiate: (minor !== 0 && minor !== NEWEST_MINOR) || unknownOptions.length > 0,
    unknownOptions,
    user: truncateName(user),
    database: truncateName(database === undefined || database === '' ? user : database),
    settings,
  };
}

const NOT_SETTINGS: ReadonlySet<string> = new Set(['user', 'database', 'options', 'replication']);

function readParameters(reader: BodyReader): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  try {
    for (let name = reader.string(); name !== ''; name = reader.string()) given.set(name, reader.string());
  } catch (cause) {
    throw brokenProtocol('invalid startup packet layout: expected terminator as last byte', String(cause));
  }
  if (reader.remaining > 0) throw brokenProtocol('invalid startup packet layout: expected terminator as last byte');
  return given;
}

/** `-c name=value`, `-cname=value` and `--name=value`, blanks escaped by backslashes (pg_split_opts). */
function parseOptions(options: string): (readonly [name: string, value: string])[] {
  const words = [...options.matchAll(/(?:\\[^]|[^\s\\])+/g)].map(([word]) => word.replace(/\\([^])/g, '$1'));
  const settings: (readonly [string, string])[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === '-e') {
      settings.push(['datestyle', 'euro']);
      continue;
    }
    const long = word.startsWith('--');
    if (!long && !word.startsWith('-c'))
      throw malformedOptions(`invalid command-line argument for server process: ${word}`, TRY_HELP);
    const setting = long || word.length > 2 ? word.slice(2) : words[(at += 1)];
    if (setting === undefined) throw malformedOptions(`invalid command-line argument for server process: ${word}`);
    const equals = setting.indexOf('=');
    if (equals === -1) throw malformedOptions(`${long ? '--' : '-c '}${setting} requires a value`);
    settings.push([setting.slice(0, equals).replaceAll('-', '_'), setting.slice(equals + 1)]);
  }
  return settings;
}

const TRY_HELP = 'Try "postgres --help" for more information.';

/** Names have 63 bytes at most (NAMEDATALEN). */
function truncateName(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length < 64) return name;
  let end = 63;
  while ((bytes[end]! & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
