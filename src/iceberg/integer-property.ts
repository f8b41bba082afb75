/** An integer table property, at least `lowest`; the default where it is absent or not a number. */
export function integerProperty(
  properties: Readonly<Record<string, string>>,
  key: string,
  otherwise: number,
  lowest = 0,
): number {
  const text = properties[key]?.trim() ?? '';
  return /^-?\d+$/.test(text) ? Math.max(lowest, Number(text)) : otherwise;
}
