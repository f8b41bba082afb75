import { serialize } from 'pg-protocol';

/** A parameter of Bind: text, NULL, or bytes written in hexadecimal. */
export type BindValue = string | null | { readonly hex: string };

/** One message of a client as a wire script writes it (a JSON line). */
export type ScriptMessage =
  | 'Sync'
  | 'Flush'
  | 'Terminate'
  | 'CopyDone'
  | { readonly Query: string }
  | { readonly Parse: { readonly name?: string; readonly text: string; readonly types?: readonly number[] } }
  | {
      readonly Bind: {
        readonly portal?: string;
        readonly statement?: string;
        readonly formats?: readonly number[];
        readonly values?: readonly BindValue[];
        readonly results?: readonly number[];
      };
    }
  | { readonly Describe: { readonly statement: string } | { readonly portal: string } }
  | { readonly Close: { readonly statement: string } | { readonly portal: string } }
  | { readonly Execute: { readonly portal?: string; readonly rows?: number } }
  | { readonly CopyData: string | { readonly hex: string } }
  | { readonly CopyFail: string }
  /** Any bytes, in hexadecimal. */
  | { readonly Raw: string };

/** The bytes of a message. pg-protocol writes all that it knows; Bind with any formats is not among it. */
export function frontendBytes(message: ScriptMessage): Buffer {
  if (typeof message === 'string') return PLAIN[message]();
  if ('Query' in message) return serialize.query(message.Query);
  if ('CopyData' in message) {
    const { CopyData: data } = message;
    return serialize.copyData(typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.hex, 'hex'));
  }
  if ('CopyFail' in message) return serialize.copyFail(message.CopyFail);
  if ('Raw' in message) return Buffer.from(message.Raw.replaceAll(' ', ''), 'hex');
  if ('Parse' in message) {
    const { name = '', text, types = [] } = message.Parse;
    return serialize.parse({ name, text, types: [...types] });
  }
  if ('Bind' in message) return bindBytes(message.Bind);
  if ('Execute' in message)
    return serialize.execute({ portal: message.Execute.portal ?? '', rows: message.Execute.rows ?? 0 });
  const [subject, write] =
    'Describe' in message ? [message.Describe, serialize.describe] : [message.Close, serialize.close];
  return 'statement' in subject
    ? write({ type: 'S', name: subject.statement })
    : write({ type: 'P', name: subject.portal });
}

/** Bind with any formats. */
export function bindBytes(bind: Extract<ScriptMessage, { Bind: unknown }>['Bind']): Buffer {
  const values = (bind.values ?? []).map((value) => {
    if (value === null) return null;
    return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.hex, 'hex');
  });
  const body = Buffer.concat([
    Buffer.from(`${bind.portal ?? ''}\0${bind.statement ?? ''}\0`),
    ...list(bind.formats ?? [], int16),
    int16(values.length),
    ...values.flatMap((value) => (value === null ? [int32(-1)] : [int32(value.length), value])),
    ...list(bind.results ?? [], int16),
  ]);
  return Buffer.concat([Buffer.from('B'), int32(body.length + 4), body]);
}

/** A startup packet; the protocol is 3.`minor`. */
export function startupBytes(parameters: Readonly<Record<string, string>>, minor = 0): Buffer {
  const text = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`);
  const body = Buffer.from(`${text.join('')}\0`);
  return Buffer.concat([int32(body.length + 8), int32(0x30000 + minor), body]);
}

const PLAIN = {
  Sync: () => serialize.sync(),
  Flush: () => serialize.flush(),
  Terminate: () => serialize.end(),
  CopyDone: () => serialize.copyDone(),
};

function list(values: readonly number[], write: (value: number) => Buffer): Buffer[] {
  return [int16(values.length), ...values.map(write)];
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
