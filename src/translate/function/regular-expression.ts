/**
 * Postgres' advanced regular expressions as RE2 for DuckDB, where both match the same: literals, `.`, bracket
 * expressions of plain characters and ranges, `\d`, groups, alternatives, greedy quantifiers, `^` and `$`. Undefined
 * for everything else. With `whole`, what is matched must be the same too and not only whether: RE2 takes the first
 * alternative, Postgres the longest match, so there may be no alternatives and one quantifier at most.
 */
export function regularExpression(pattern: string, options: { readonly whole: boolean }): string | undefined {
  if (pattern.startsWith('***') || pattern.startsWith('(?')) return undefined;
  const state: State = { pattern, at: 0, out: '', depth: 0, variable: 0, alternatives: 0, repeatable: false };
  while (state.at < pattern.length) if (!readPiece(state)) return undefined;
  if (state.depth !== 0) return undefined;
  return options.whole && (state.variable > 1 || state.alternatives > 0) ? undefined : state.out;
}

type State = {
  readonly pattern: string;
  at: number;
  out: string;
  depth: number;
  variable: number;
  alternatives: number;
  /** What was read last may take a quantifier. */
  repeatable: boolean;
};

const LITERAL_ESCAPES = /[.*+?()[\]{}|^$\\/"'`~!@#%&=:;,<> -]/;

function readPiece(state: State): boolean {
  const character = state.pattern[state.at]!;
  switch (character) {
    case '\\':
      return readEscape(state);
    case '[':
      return readBracket(state);
    case '(':
      return openGroup(state);
    case ')':
      state.depth -= 1;
      return state.depth >= 0 && accept(state, ')', 1, true);
    case '|':
      state.alternatives += 1;
      // An empty alternative is an error or not, by its place.
      if (state.out === '' || /[(|]$/.test(state.out) || /^(\||\)|$)/.test(state.pattern.slice(state.at + 1)))
        return false;
      return accept(state, '|', 1, false);
    case '*':
    case '+':
    case '?':
    case '{':
      return readQuantifier(state);
    case '^':
      // Only where both agree that it is an anchor at the very beginning of a branch.
      return (state.out === '' || /[(|]$/.test(state.out)) && accept(state, '^', 1, false);
    case '$':
      return /^(\)|\||$)/.test(state.pattern.slice(state.at + 1)) && accept(state, '$', 1, false);
    case '}':
    case ']':
      return false;
    case '.':
      return accept(state, '.', 1, true);
    default:
      return readLiteral(state);
  }
}

function accept(state: State, text: string, length: number, repeatable: boolean): boolean {
  state.out += text;
  state.at += length;
  state.repeatable = repeatable;
  return true;
}

function readLiteral(state: State): boolean {
  const character = String.fromCodePoint(state.pattern.codePointAt(state.at)!);
  return accept(state, character, character.length, true);
}

function readEscape(state: State): boolean {
  const next = state.pattern[state.at + 1];
  if (next === 'd') return accept(state, '[0-9]', 2, true);
  if (next === 'D') return accept(state, '[^0-9]', 2, true);
  if (next === 't') return accept(state, '\\t', 2, true);
  if (next === 'n') return accept(state, '\\n', 2, true);
  if (next === 'r') return accept(state, '\\r', 2, true);
  if (next === 's') return accept(state, '[\\t-\\r ]', 2, true);
  if (next === undefined || !LITERAL_ESCAPES.test(next)) return false;
  return accept(state, /[A-Za-z0-9 "'`~!@#%&=:;,<>/-]/.test(next) ? next : `\\${next}`, 2, true);
}

/** `[abc]`, `[^a-z0-9_]`: no classes, no collating elements, no backslash. */
function readBracket(state: State): boolean {
  const match = /^\[(\^?)(\]?[^\][\\]*)\]/u.exec(state.pattern.slice(state.at));
  if (match === null || match[2] === '' || match[2] === ']') return false;
  const characters = Array.from(match[2]!);
  const dash = characters.indexOf('-', 1);
  // Ranges are of ASCII letters and digits, within one kind, so that both order them alike.
  for (let index = dash; index > 0 && index < characters.length - 1; index = characters.indexOf('-', index + 1)) {
    const range = characters[index - 1]! + characters[index + 1]!;
    if (!/^([a-z]{2}|[A-Z]{2}|[0-9]{2})$/.test(range) || range[0]! > range[1]!) return false;
  }
  const escaped = characters
    .map((character, index) => {
      if (character === '-' && (index === 0 || index === characters.length - 1)) return '\\-';
      return /[\^\]&~|]/.test(character) ? `\\${character}` : character;
    })
    .join('');
  return accept(state, `[${match[1]}${escaped}]`, match[0].length, true);
}

function openGroup(state: State): boolean {
  const rest = state.pattern.slice(state.at);
  if (rest.startsWith('(?:')) {
    state.depth += 1;
    return !rest.startsWith('(?:)') && accept(state, '(?:', 3, false);
  }
  if (rest.startsWith('(?') || rest.startsWith('()')) return false;
  state.depth += 1;
  return accept(state, '(', 1, false);
}

function readQuantifier(state: State): boolean {
  const match = /^(?:[*+?]|\{\d{1,3}(?:,\d{0,3})?\})/.exec(state.pattern.slice(state.at));
  if (match === null || !state.repeatable) return false;
  // A quantifier after a quantifier is non-greedy or an error.
  if (/^[*+?{]/.test(state.pattern.slice(state.at + match[0].length))) return false;
  const bounds = /^\{(\d+)(?:,(\d*))?\}$/.exec(match[0]);
  if (bounds !== null) {
    const [low, high] = [
      Number(bounds[1]),
      bounds[2] === undefined || bounds[2] === '' ? undefined : Number(bounds[2]),
    ];
    if (low > 255 || (high !== undefined && (high > 255 || high < low))) return false;
  }
  const fixed = bounds !== null && bounds[2] === undefined;
  // A repeated group keeps another submatch, and may match another length.
  if (!fixed || state.out.endsWith(')')) state.variable += state.out.endsWith(')') ? 2 : 1;
  return accept(state, match[0], match[0].length, false);
}
