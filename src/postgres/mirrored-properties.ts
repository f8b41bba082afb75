/**
 * The properties that the mirrored table shows, in a stable order. `withSequences`: the instance has those of the control
 * log, which defaults and identity columns need.
 */
export function mirroredProperties(
  properties: Readonly<Record<string, string>>,
  withSequences: boolean,
): Readonly<Record<string, string>> {
  const shown = Object.entries(properties).filter(
    ([key, value]) =>
      (key === 'comment' ||
        key === 'bergwire.primary-key' ||
        /^bergwire\.(default|check|check-not-valid|type|identity)\./.test(key)) &&
      (withSequences || !(key.startsWith('bergwire.identity.') || value.startsWith('nextval('))),
  );
  return Object.fromEntries(shown.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
