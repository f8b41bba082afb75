import { SqlError } from '../base/sql-error.ts';
import type { BindRequest, FunctionCallRequest, Request } from '../session/request.ts';
import { BodyReader } from './body-reader.ts';
import { malformedMessage, unsupportedFormat } from './errors.ts';

/** The message types of a client that is logged in, and whether PostgreSQL lets them be long (SocketBackend). */
export const REQUEST_TYPES: ReadonlyMap<string, { readonly long: boolean }> = new Map([
  ['Q', { long: true }],
  ['P', { long: true }],
  ['B', { long: true }],
  ['F', { long: true }],
  ['d', { long: true }],
  ['D', { long: false }],
  ['E', { long: false }],
  ['C', { long: false }],
  ['H', { long: false }],
  ['S', { long: false }],
  ['X', { long: false }],
  ['c', { long: false }],
  ['f', { long: false }],
]);

/** One message as a request; `type` is in REQUEST_TYPES. A body that can't be read is a request too: it is answered. */
export function decodeRequest(type: string, body: Buffer): Request {
  try {
    const reader = new BodyReader(body);
    const request = decodeBody(type, reader);
    reader.end();
    return request;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { kind: 'malformed', error, extended: 'PBDECH'.includes(type) };
  }
}

function decodeBody(type: string, reader: BodyReader): Request {
  switch (type) {
    case 'Q':
      return { kind: 'query', text: reader.string() };
    case 'P':
      return decodeParse(reader);
    case 'B':
      return decodeBind(reader);
    case 'F':
      return decodeFunctionCall(reader);
    case 'E':
      return { kind: 'execute', portal: reader.string(), maxRows: Math.max(0, reader.int32()) };
    case 'D':
      return { kind: 'describe', of: decodeSubtype(reader, 'DESCRIBE'), name: reader.string() };
    case 'C':
      return { kind: 'close', of: decodeSubtype(reader, 'CLOSE'), name: reader.string() };
    case 'H':
      return { kind: 'flush' };
    case 'S':
      return { kind: 'sync' };
    default:
      reader.bytes(reader.remaining);
      return { kind: BODY_UNREAD[type] ?? 'terminate' };
  }
}

const BODY_UNREAD: Readonly<Record<string, 'terminate' | 'copyData' | 'copyDone' | 'copyFail'>> = {
  X: 'terminate',
  d: 'copyData',
  c: 'copyDone',
  f: 'copyFail',
};

function decodeParse(reader: BodyReader): Request {
  const name = reader.string();
  const text = reader.string();
  return { kind: 'parse', name, text, parameterOids: readList(reader, 4, () => reader.uint32()) };
}

function decodeBind(reader: BodyReader): BindRequest {
  const portal = reader.string();
  const statement = reader.string();
  const parameterFormats = readList(reader, 2, (index) => decodeParameterFormat(reader, portal, index));
  const values = readList(reader, 4, () => decodeValue(reader));
  const resultFormats = readList(reader, 2, () => decodeFormat(reader));
  return { kind: 'bind', portal, statement, parameterFormats, values, resultFormats };
}

function decodeFunctionCall(reader: BodyReader): FunctionCallRequest {
  const functionOid = reader.uint32();
  const argumentFormats = readList(reader, 2, () => decodeFormat(reader));
  const values = readList(reader, 4, () => decodeValue(reader));
  return { kind: 'functionCall', functionOid, argumentFormats, values, resultFormat: decodeFormat(reader) };
}

function decodeParameterFormat(reader: BodyReader, portal: string, index: number): 0 | 1 {
  try {
    return decodeFormat(reader);
  } catch (error) {
    if (!(error instanceof SqlError) || error.sqlstate !== '22023') throw error;
    const where = portal === '' ? 'unnamed portal' : `portal "${portal}"`;
    throw error.with({ where: `${where} parameter $${index + 1}` });
  }
}

function decodeFormat(reader: BodyReader): 0 | 1 {
  const code = reader.int16();
  if (code !== 0 && code !== 1) throw unsupportedFormat(code);
  return code;
}

/** Length -1 is NULL. */
function decodeValue(reader: BodyReader): Uint8Array | null {
  const length = reader.int32();
  return length === -1 ? null : reader.bytes(length);
}

function decodeSubtype(reader: BodyReader, message: string): 'statement' | 'portal' {
  const subtype = reader.byte();
  if (subtype === 0x53) return 'statement';
  if (subtype === 0x50) return 'portal';
  throw malformedMessage(`invalid ${message} message subtype ${subtype}`);
}

/** A count (unsigned, as PostgreSQL reads it) and that many items of at least `itemBytes` each. */
function readList<T>(reader: BodyReader, itemBytes: number, readItem: (index: number) => T): readonly T[] {
  const count = reader.int16() & 0xffff;
  if (count * itemBytes > reader.remaining) throw malformedMessage('insufficient data left in message');
  return Array.from({ length: count }, (_, index) => readItem(index));
}
