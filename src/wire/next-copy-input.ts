import type { CopyInput } from '../session/client.ts';
import { BodyReader } from './body-reader.ts';
import type { MessageFramer } from './message-framer.ts';

/** CopyData messages are joined up to this size. */
const JOINED_BYTES = 512 * 1024;

/**
 * The next step of COPY FROM STDIN, undefined where no message is whole (PostgreSQL's CopyGetData): Flush and Sync are
 * ignored, as libraries send them after any Execute.
 */
export function nextCopyInput(framer: MessageFramer): CopyInput | undefined {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < JOINED_BYTES) {
    const type = framer.nextType;
    if (parts.length > 0 && type !== 'd') break;
    if (type !== undefined && !'dcfHS'.includes(type)) return { kind: 'unexpected', type: type.charCodeAt(0) };
    const frame = framer.nextRequest();
    if (frame === undefined) break;
    if (frame.type === 'c') return { kind: 'done' };
    if (frame.type === 'f') return { kind: 'fail', message: new BodyReader(frame.body).string() };
    if (frame.type !== 'd') continue;
    parts.push(frame.body);
    length += frame.body.length;
  }
  return parts.length === 0 ? undefined : { kind: 'bytes', bytes: joined(parts, length) };
}

/** In memory of its own, so that it can be handed to another thread. */
function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
