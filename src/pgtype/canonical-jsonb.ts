/** Nesting beyond this is left to Postgres. */
const MAX_DEPTH = 500;
/** Numbers of more characters, or with a larger exponent, are left to Postgres. */
const MAX_NUMBER_LENGTH = 1000;

/**
 * JSON text as jsonb prints it (jsonb_in, then jsonb_out): keys by length and bytes, the last of equal keys, numbers
 * as numeric prints them, one blank after commas and colons. Undefined for text that is no JSON, or that only Postgres
 * should read: it words the error.
 */
export function canonicalJsonb(text: string): string | undefined {
  const parser: Parser = { text, at: 0 };
  const value = readValue(parser, 0);
  skipBlanks(parser);
  return value === undefined || parser.at !== text.length ? undefined : value;
}

type Parser = { readonly text: string; at: number };

function readValue(parser: Parser, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  skipBlanks(parser);
  switch (parser.text[parser.at]) {
    case '{':
      return readObject(parser, depth);
    case '[':
      return readArray(parser, depth);
    case '"': {
      const text = readString(parser);
      return text === undefined ? undefined : jsonString(text);
    }
    default:
      return readWord(parser);
  }
}

function readObject(parser: Parser, depth: number): string | undefined {
  const members = new Map<string, string>();
  parser.at++;
  if (isNext(parser, '}')) return '{}';
  for (;;) {
    skipBlanks(parser);
    const key = parser.text[parser.at] === '"' ? readString(parser) : undefined;
    if (key === undefined || !isNext(parser, ':')) return undefined;
    const value = readValue(parser, depth + 1);
    if (value === undefined) return undefined;
    members.set(key, value);
    if (isNext(parser, '}')) return jsonObject([...members]);
    if (!isNext(parser, ',')) return undefined;
  }
}

/** An object's text from keys and the texts of their values. */
export function jsonObject(members: readonly (readonly [key: string, value: string])[]): string {
  const keyed = members.map(([key, value]) => ({ bytes: Buffer.from(key), key, value }));
  // lengthCompareJsonbStringValue
  const sorted = keyed.toSorted((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
  return `{${sorted.map(({ key, value }) => `${jsonString(key)}: ${value}`).join(', ')}}`;
}

function readArray(parser: Parser, depth: number): string | undefined {
  const elements: string[] = [];
  parser.at++;
  if (isNext(parser, ']')) return '[]';
  for (;;) {
    const value = readValue(parser, depth + 1);
    if (value === undefined) return undefined;
    elements.push(value);
    if (isNext(parser, ']')) return `[${elements.join(', ')}]`;
    if (!isNext(parser, ',')) return undefined;
  }
}

/** A well-formed string without zero characters, which jsonb refuses. */
function readString(parser: Parser): string | undefined {
  const start = parser.at++;
  for (; parser.at < parser.text.length; parser.at++) {
    const char = parser.text[parser.at];
    if (char === '\\') parser.at++;
    else if (char === '"') break;
  }
  if (parser.at >= parser.text.length) return undefined;
  parser.at++;
  const literal = parser.text.slice(start, parser.at);
  try {
    const text = JSON.parse(literal) as string;
    return text.isWellFormed() && !text.includes('\0') ? text : undefined;
  } catch {
    return undefined;
  }
}

const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

function readWord(parser: Parser): string | undefined {
  const start = parser.at;
  while (/[\w.+-]/.test(parser.text[parser.at] ?? '')) parser.at++;
  const word = parser.text.slice(start, parser.at);
  if (word === 'true' || word === 'false' || word === 'null') return word;
  const match = word.length > MAX_NUMBER_LENGTH ? null : NUMBER.exec(word);
  return match === null ? undefined : plainNumber(match[1]!, match[2]!, match[3] ?? '', Number(match[4] ?? 0));
}

/** numeric_out of numeric_in. */
function plainNumber(sign: string, whole: string, fraction: string, exponent: number): string | undefined {
  if (Math.abs(exponent) > MAX_NUMBER_LENGTH) return undefined;
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const scale = Math.max(0, fraction.length - exponent);
  const before =
    point <= 0
      ? '0'
      : digits
          .slice(0, point)
          .padEnd(point, '0')
          .replace(/^0+(?=\d)/, '');
  const after = scale === 0 ? '' : `.${'0'.repeat(Math.max(0, -point))}${digits.slice(Math.max(0, point))}`;
  return `${/[1-9]/.test(digits) ? sign : ''}${before}${after}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

/** escape_json */
export function jsonString(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is escaped
  const escaped = text.replace(/["\\\x00-\x1f]/g, (char) => {
    return ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

function isNext(parser: Parser, char: string): boolean {
  skipBlanks(parser);
  if (parser.text[parser.at] !== char) return false;
  parser.at++;
  return true;
}

function skipBlanks(parser: Parser): void {
  while (/[ \t\n\r]/.test(parser.text[parser.at] ?? '')) parser.at++;
}
