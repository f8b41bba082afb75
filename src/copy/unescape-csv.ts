/** The value of a CSV field that holds quotes (CopyReadAttributesCSV). */
export function unescapeCsv(bytes: Uint8Array, start: number, end: number, quote: number, escape: number): Uint8Array {
  const out = new Uint8Array(end - start);
  let length = 0;
  let quoted = false;
  for (let at = start; at < end;) {
    const byte = bytes[at++]!;
    if (!quoted) {
      if (byte === quote) quoted = true;
      else out[length++] = byte;
      continue;
    }
    if (byte === escape && at < end && (bytes[at] === escape || bytes[at] === quote)) {
      out[length++] = bytes[at++]!;
      continue;
    }
    if (byte === quote) quoted = false;
    else out[length++] = byte;
  }
  return out.subarray(0, length);
}
