/** An inet or cidr: 4 or 16 address bytes and the length of the network prefix. */
export type NetworkAddress = { readonly address: Uint8Array; readonly prefix: number };

/** inet_out and cidr_out: the prefix is printed unless it is an inet's whole address. */
export function formatNetwork({ address, prefix }: NetworkAddress, isCidr: boolean): string {
  const text = address.length === 4 ? [...address].join('.') : formatIpv6(address);
  return isCidr || prefix !== address.length * 8 ? `${text}/${prefix}` : text;
}

/** The canonical spellings, and whole dotted quads of cidr; undefined for shortened forms and what is no address. */
export function parseNetwork(text: string): NetworkAddress | undefined {
  const match = /^([0-9a-fA-F:.]+)(?:\/(\d{1,3}))?$/.exec(text);
  if (match === null) return undefined;
  const address = match[1]!.includes(':') ? parseIpv6(match[1]!) : parseIpv4(match[1]!);
  if (address === undefined) return undefined;
  const prefix = match[2] === undefined ? address.length * 8 : Number(match[2]);
  return prefix > address.length * 8 ? undefined : { address, prefix };
}

/** Whether bits behind the prefix are set, which cidr refuses. */
export function hasHostBits({ address, prefix }: NetworkAddress): boolean {
  return address.some((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8));
    return (byte & (0xff >>> kept)) !== 0;
  });
}

function parseIpv4(text: string): Uint8Array | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const bytes = match?.slice(1).map(Number);
  return bytes === undefined || bytes.some((byte) => byte > 255) ? undefined : Uint8Array.from(bytes);
}

function parseIpv6(text: string): Uint8Array | undefined {
  const mapped = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const quad = mapped === null ? undefined : parseIpv4(mapped[2]!);
  if (mapped !== null && quad === undefined) return undefined;
  const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
  const plain = quad ? `${mapped![1]!}${hex(quad[0]!)}${hex(quad[1]!)}:${hex(quad[2]!)}${hex(quad[3]!)}` : text;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = groups.flat();
  if (given.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  if (halves.length === 1 ? given.length !== 8 : given.length > 7) return undefined;
  const zeros = Array.from({ length: 8 - given.length }, () => '0');
  const all = halves.length === 1 ? given : [...groups[0]!, ...zeros, ...groups[1]!];
  return Uint8Array.from(all.flatMap((group) => [parseInt(group, 16) >>> 8, parseInt(group, 16) & 0xff]));
}

/** pg_inet_net_ntop: the longest run of at least two zero groups becomes `::`; IPv4-mapped addresses end in a quad. */
function formatIpv6(address: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (address[2 * i]! << 8) | address[2 * i + 1]!);
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const isQuad = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff));
  const shown = groups.map((group) => group.toString(16));
  if (isQuad) shown.splice(6, 2, [...address.subarray(12)].join('.'));
  if (start < 0) return shown.join(':');
  return `${shown.slice(0, start).join(':')}::${shown.slice(start + length).join(':')}`;
}
