import { invalidEncoding } from './errors.ts';

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text of UTF-8 bytes as the server checks client text (pg_verify_mbstr): a malformed sequence, a surrogate, an
 * overlong form or a zero byte raises 22021 naming the bytes.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  let text: string;
  try {
    text = STRICT.decode(bytes);
  } catch {
    const bad = firstMalformed(bytes);
    throw invalidEncoding(bytes, bad, sequenceLength(bytes[bad]!));
  }
  if (text.includes('\0')) throw invalidEncoding(bytes, bytes.indexOf(0), 1);
  return text;
}

/** pg_utf_mblen: the length that a lead byte announces. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  if ((lead & 0xf8) === 0xf0) return 4;
  return 1;
}

function firstMalformed(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at]!);
    if (bytes[at] === 0) return at;
    try {
      STRICT.decode(bytes.subarray(at, at + length));
    } catch {
      return at;
    }
    at += length;
  }
  return 0;
}
