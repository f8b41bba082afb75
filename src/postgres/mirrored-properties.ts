/** The properties that the mirrored table shows, in a stable order. */
export function mirroredProperties(properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const shown = Object.entries(properties).filter(
    ([key]) =>
      key === 'comment' ||
      key === 'bergwire.primary-key' ||
      /^bergwire\.(default|check|check-not-valid|type)\./.test(key),
  );
  return Object.fromEntries(shown.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
