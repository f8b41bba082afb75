/**
 * JSON whose integers are exact: what does not fit a JavaScript number without loss becomes a bigint (snapshot ids
 * are 64-bit longs), and bigints are written as plain digits.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export function parseJson(text: string): Json {
  return JSON.parse(text, exactInteger) as Json;
}

export function formatJson(value: Json): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? rawJson(part.toString()) : part));
}

function exactInteger(this: unknown, _key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** `JSON.rawJSON`, which the language's type library does not declare yet. */
function rawJson(digits: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits);
}
