import { malformed } from './errors.ts';
import { formatJson } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/**
 * Reads the keys of a JSON object of the specification with their types checked, and remembers which were read: the
 * rest is `carried`, so that rewriting the object loses nothing. `where` is for messages, e.g. `snapshot`.
 */
export class JsonReader {
  readonly where: string;
  readonly #object: JsonObject;
  readonly #read = new Set<string>();

  constructor(value: Json | undefined, where: string) {
    if (!isObject(value)) throw malformed(where, 'expected a JSON object');
    this.#object = value;
    this.where = where;
  }

  /** The raw value; undefined where the key is absent or null. */
  optional(key: string): Json | undefined {
    this.#read.add(key);
    return this.#object[key] ?? undefined;
  }

  required(key: string): Json {
    const value = this.optional(key);
    if (value === undefined) throw malformed(this.where, `"${key}" is missing`);
    return value;
  }

  has(key: string): boolean {
    return this.#object[key] !== undefined && this.#object[key] !== null;
  }

  string(key: string): string {
    return this.#typed(key, this.required(key), 'string');
  }

  optionalString(key: string): string | undefined {
    const value = this.optional(key);
    return value === undefined ? undefined : this.#typed(key, value, 'string');
  }

  number(key: string): number {
    return this.#typed(key, this.required(key), 'number');
  }

  optionalNumber(key: string): number | undefined {
    const value = this.optional(key);
    return value === undefined ? undefined : this.#typed(key, value, 'number');
  }

  boolean(key: string): boolean {
    return this.#typed(key, this.required(key), 'boolean');
  }

  long(key: string): bigint {
    return this.#long(key, this.required(key));
  }

  optionalLong(key: string): bigint | undefined {
    const value = this.optional(key);
    return value === undefined ? undefined : this.#long(key, value);
  }

  list(key: string): readonly Json[] {
    return this.#array(key, this.required(key));
  }

  optionalList(key: string): readonly Json[] | undefined {
    const value = this.optional(key);
    return value === undefined ? undefined : this.#array(key, value);
  }

  object(key: string): JsonObject {
    const value = this.required(key);
    if (!isObject(value)) throw malformed(this.where, `"${key}" is not an object`);
    return value;
  }

  /** A map of strings; other scalars, which some writers leave there, become their text. */
  strings(key: string): Readonly<Record<string, string>> {
    if (!this.has(key)) {
      this.#read.add(key);
      return {};
    }
    const entries = Object.entries(this.object(key)).filter(([, value]) => value !== null);
    return Object.fromEntries(
      entries.map(([name, value]) => [name, typeof value === 'object' ? formatJson(value) : String(value)]),
    );
  }

  /** The keys that nobody read, as parsed; undefined if there are none. */
  carried(): JsonObject | undefined {
    const rest = Object.entries(this.#object).filter(([key]) => !this.#read.has(key));
    return rest.length === 0 ? undefined : Object.fromEntries(rest);
  }

  #long(key: string, value: Json): bigint {
    if (typeof value === 'bigint') return value;
    if (Number.isSafeInteger(value)) return BigInt(value as number);
    throw malformed(this.where, `"${key}" is not a long`);
  }

  #array(key: string, value: Json): readonly Json[] {
    if (!Array.isArray(value)) throw malformed(this.where, `"${key}" is not a list`);
    return value as readonly Json[];
  }

  #typed<T extends 'string' | 'number' | 'boolean'>(key: string, value: Json, type: T): Typed[T] {
    if (typeof value !== type) throw malformed(this.where, `"${key}" is not a ${type}`);
    return value as Typed[T];
  }
}

type Typed = { string: string; number: number; boolean: boolean };

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
