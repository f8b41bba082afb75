/** A boolean table property; the default where it is absent or neither true nor false. */
export function booleanProperty(
  properties: Readonly<Record<string, string>>,
  key: string,
  otherwise: boolean,
): boolean {
  const text = properties[key]?.trim().toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : otherwise;
}
