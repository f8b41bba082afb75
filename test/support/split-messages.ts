/** The messages of a server's byte stream, for those that pg-protocol does not read. */
export function splitMessages(bytes: Buffer): { type: string; body: Buffer }[] {
  const messages = [];
  for (let at = 0; at + 5 <= bytes.length;) {
    const length = bytes.readInt32BE(at + 1);
    messages.push({ type: String.fromCharCode(bytes[at]!), body: bytes.subarray(at + 5, at + 1 + length) });
    at += 1 + length;
  }
  return messages;
}
