/** So many bytes of any content whose buffer is theirs alone: it can be handed to another thread. */
export function ownBytes(sizeBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(sizeBytes).buffer as ArrayBuffer);
}
