type Properties = Readonly<Record<string, string>>;

/** An integer table property, at least `lowest`; the default where it is absent or not a number. */
export function integerProperty(properties: Properties, key: string, otherwise: number, lowest = 0): number {
  const text = properties[key]?.trim() ?? '';
  return /^-?\d+$/.test(text) ? Math.max(lowest, Number(text)) : otherwise;
}

export function booleanProperty(properties: Properties, key: string, otherwise: boolean): boolean {
  const text = properties[key]?.trim().toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : otherwise;
}
