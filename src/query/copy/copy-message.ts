const COPY_DATA = 0x64;

/** A CopyData message. */
export function copyMessage(body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5);
  head[0] = COPY_DATA;
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
