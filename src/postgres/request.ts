/**
 * Requests to the embedded Postgres, serialised by pg-protocol. Only Bind is written here: pg-protocol's cannot mix
 * parameter formats or result formats.
 */
import { serialize } from 'pg-protocol';

export type Parameters = {
  readonly oids: readonly number[];
  readonly formats: readonly (0 | 1)[];
  readonly values: readonly (Uint8Array | null)[];
};

export function query(text: string): Buffer {
  return serialize.query(text);
}

/** Parse and Describe of the unnamed statement, and Sync. */
export function describeStatement(text: string, parameterOids: readonly number[]): Buffer {
  return Buffer.concat([
    serialize.parse({ text, types: [...parameterOids] }),
    serialize.describe({ type: 'S' }),
    serialize.sync(),
  ]);
}

/** Parse, Bind, Describe and Execute of unnamed statement and portal, and Sync. */
export function runStatement(text: string, parameters: Parameters, resultFormats: readonly (0 | 1)[]): Buffer {
  return Buffer.concat([
    serialize.parse({ text, types: [...parameters.oids] }),
    bind(parameters, resultFormats),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ]);
}

/** Bind of parameters to a statement that does nothing with them, and Sync. */
export function bindOnly(parameters: Parameters): Buffer {
  return Buffer.concat([
    serialize.parse({ text: 'SELECT', types: [...parameters.oids] }),
    bind(parameters, []),
    serialize.sync(),
  ]);
}

/** As runStatement, in a named portal and as far as `maxRows` rows (0: all). */
export function runPortal(
  text: string,
  parameters: Parameters,
  resultFormats: readonly (0 | 1)[],
  { name, maxRows }: { readonly name: string; readonly maxRows: number },
): Buffer {
  return Buffer.concat([
    serialize.parse({ text, types: [...parameters.oids] }),
    bind(parameters, resultFormats, name),
    serialize.describe({ type: 'P', name }),
    serialize.execute({ portal: name, rows: maxRows }),
    serialize.sync(),
  ]);
}

/** The next rows of an open portal; 0 rows close it. */
export function executePortal({ name, maxRows }: { readonly name: string; readonly maxRows: number }): Buffer {
  const message =
    maxRows === 0 ? serialize.close({ type: 'P', name }) : serialize.execute({ portal: name, rows: maxRows });
  return Buffer.concat([message, serialize.sync()]);
}

/** Close of a portal, to be followed by another message. */
export function closePortal(name: string): Buffer {
  return serialize.close({ type: 'P', name });
}

/** COPY ... FROM STDIN with all of its data: an instance that has to wait for more input ends. */
export function copyFromStdin(copy: string, chunks: readonly Uint8Array[]): Buffer {
  const copied = chunks.map((chunk) =>
    serialize.copyData(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
  );
  return Buffer.concat([query(copy), ...copied, serialize.copyDone()]);
}

/** COPY ... FROM STDIN with data that is in CopyData messages already. */
export function copyRowsFromStdin(copy: string, messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat([query(copy), ...messages, serialize.copyDone()]);
}

/** COPY ... FROM STDIN that is called off before any of its data. */
export function failedCopyFromStdin(copy: string): Buffer {
  return Buffer.concat([query(copy), serialize.copyFail('called off')]);
}

/** A request of its own memory, because the worker takes it over. */
export function request(...messages: readonly Buffer[]): Uint8Array {
  const sizeBytes = messages.reduce((sum, message) => sum + message.length, 0);
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const message of messages) {
    bytes.set(message, at);
    at += message.length;
  }
  return bytes;
}

/** Bind (F) of the frontend/backend protocol, section 54.7. */
function bind({ formats, values }: Parameters, resultFormats: readonly (0 | 1)[], portal = ''): Buffer {
  const valueBytes = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 0);
  const sizeBytes = 4 + portal.length + 2 + 2 + formats.length * 2 + 2 + valueBytes + 2 + resultFormats.length * 2;
  const buffer = Buffer.alloc(1 + sizeBytes);
  let at = buffer.writeUInt8(0x42, 0);
  at = buffer.writeInt32BE(sizeBytes, at);
  // The portal's name (ASCII), and the empty one of the unnamed statement.
  at += buffer.write(portal, at, 'latin1') + 2;
  at = buffer.writeUInt16BE(formats.length, at);
  for (const format of formats) at = buffer.writeInt16BE(format, at);
  at = buffer.writeUInt16BE(values.length, at);
  for (const value of values) {
    at = buffer.writeInt32BE(value === null ? -1 : value.length, at);
    if (value === null) continue;
    buffer.set(value, at);
    at += value.length;
  }
  at = buffer.writeUInt16BE(resultFormats.length, at);
  for (const format of resultFormats) at = buffer.writeInt16BE(format, at);
  return buffer;
}
