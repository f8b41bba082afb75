import type { OtherNode, Query, TreeValue } from './tree.ts';
import { malformedTree, tooDeep } from './errors.ts';

/**
 * Reads the one rewritten query of a statement, as `debug_print_rewritten` prints it: a node or a list of one.
 * Raises 54001 for trees nested deeper than a translator can walk.
 */
export function readTree(text: string): Query {
  const value = readTreeValue(text);
  const query = Array.isArray(value) && value.length === 1 ? (value[0] as TreeValue) : value;
  if (typeof query !== 'object' || query === null || !('node' in query) || query.node !== 'QUERY')
    throw malformedTree('no single query', 0);
  return query as unknown as Query;
}

/** Levels of nodes and lists; an expression level takes two. */
const MAX_DEPTH = 4000;

const COMMANDS = ['unknown', 'select', 'update', 'insert', 'delete', 'merge', 'utility', 'nothing'];

/** Fields whose bare token is a name, whatever it looks like; outToken escapes what could be mistaken. */
const NAME_FIELDS = new Set([
  'resname',
  'ctename',
  'aliasname',
  'enrname',
  'relname',
  'name',
  'cursor_name',
  'relkind',
  'aggkind',
  'boolop',
  'returningOldAlias',
  'returningNewAlias',
  'search_seq_column',
  'cycle_mark_column',
  'cycle_path_column',
  'wholename',
  'polname',
  'ctesearchname',
  'windowname',
  'strvalue',
]);

const BLANK = 0x20,
  NEWLINE = 0x0a,
  TAB = 0x09,
  BACKSLASH = 0x5c,
  QUOTE = 0x22,
  COLON = 0x3a;
const OPEN = 0x28,
  CLOSE = 0x29,
  OPEN_NODE = 0x7b,
  CLOSE_NODE = 0x7d,
  OPEN_DATUM = 0x5b,
  CLOSE_DATUM = 0x5d;

/** A node or list that is being read; `field` is where its next value goes. */
type Open = { readonly node: Record<string, TreeValue>; field: string | undefined } | { readonly list: TreeValue[] };

/** Reads any node text: iteratively, so that depth costs no stack. */
export function readTreeValue(text: string): TreeValue {
  const stack: Open[] = [];
  let position = 0;
  for (;;) {
    position = skipBlanks(text, position);
    if (position >= text.length) throw malformedTree('unexpected end', position);
    const code = text.charCodeAt(position);
    const top = stack.at(-1);
    let value: TreeValue;
    if (code === OPEN_NODE) {
      const end = tokenEnd(text, position + 1);
      push(stack, { node: { node: text.slice(position + 1, end) }, field: undefined });
      position = end;
      continue;
    } else if (code === OPEN) {
      push(stack, { list: [] });
      position = skipListMark(text, position + 1);
      continue;
    } else if (code === COLON && top !== undefined && 'node' in top && top.field === undefined) {
      const end = tokenEnd(text, position);
      top.field = text.slice(position + 1, end);
      position = end;
      continue;
    } else if (code === CLOSE || code === CLOSE_NODE) {
      const closed = stack.pop();
      if (closed === undefined) throw malformedTree('unexpected bracket', position);
      value = 'list' in closed ? closed.list : (closed.node as OtherNode);
      position++;
    } else if (code === QUOTE) {
      const end = tokenEnd(text, position);
      value = unescape(text.slice(position + 1, end - 1));
      position = end;
    } else {
      const end = tokenEnd(text, position);
      const field = top !== undefined && 'node' in top ? top.field : undefined;
      const datum = field === 'constvalue' ? readDatum(text, end) : undefined;
      value = datum?.bytes ?? scalar(text.slice(position, end), field);
      position = datum?.end ?? end;
    }
    const parent = stack.at(-1);
    if (parent === undefined) return value;
    store(parent, value, position);
  }
}

function push(stack: Open[], opened: Open): void {
  if (stack.length >= MAX_DEPTH) throw tooDeep();
  stack.push(opened);
}

function store(parent: Open, value: TreeValue, position: number): void {
  if ('list' in parent) parent.list.push(value);
  else if (parent.field === undefined) {
    // A field may print several values, as alias lists do; none that is read here.
    throw malformedTree('a value without a field', position);
  } else {
    parent.node[parent.field] = value;
    parent.field = undefined;
  }
}

function scalar(token: string, field: string | undefined): TreeValue {
  if (token === '<>') return null;
  if (field === 'commandType') return commandType(token);
  if (field !== undefined && NAME_FIELDS.has(field)) return unescape(token);
  if (token === 'true') return true;
  if (token === 'false') return false;
  const number = Number(token);
  return Number.isNaN(number) ? unescape(token) : number;
}

/** Names are kept for queries; MERGE's actions read theirs as the same names. */
function commandType(token: string): string {
  return COMMANDS[Number(token)] ?? 'unknown';
}

/** `4 [ 1 0 0 0 ]`: a length, then signed bytes; undefined where the token is no datum. */
function readDatum(text: string, start: number): { readonly bytes: Uint8Array; readonly end: number } | undefined {
  let position = skipBlanks(text, start);
  if (text.charCodeAt(position) !== OPEN_DATUM) return undefined;
  const close = text.indexOf(']', position);
  if (close < 0) throw malformedTree('an unfinished datum', position);
  const bytes: number[] = [];
  for (position++; ;) {
    position = skipBlanks(text, position);
    if (text.charCodeAt(position) === CLOSE_DATUM) break;
    const end = tokenEnd(text, position);
    bytes.push(Number(text.slice(position, end)));
    position = end;
  }
  return { bytes: Uint8Array.from(bytes), end: close + 1 };
}

/** Lists of integers, oids, transaction ids and bitmapsets carry a mark before their elements. */
function skipListMark(text: string, start: number): number {
  const mark = text[start];
  const next = text.charCodeAt(start + 1);
  const marked = mark === 'i' || mark === 'o' || mark === 'b' || mark === 'x';
  return marked && (isBlank(next) || next === CLOSE) ? start + 1 : start;
}

function tokenEnd(text: string, start: number): number {
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === BACKSLASH) end++;
    else if (isBlank(code) || code === OPEN || code === CLOSE || code === OPEN_NODE || code === CLOSE_NODE) break;
  }
  if (end === start) throw malformedTree('an empty token', start);
  return Math.min(end, text.length);
}

function skipBlanks(text: string, start: number): number {
  let position = start;
  while (isBlank(text.charCodeAt(position))) position++;
  return position;
}

function isBlank(code: number): boolean {
  return code === BLANK || code === NEWLINE || code === TAB;
}

/** The printer may have broken a line at an escaped blank: such names are right but for that blank. */
function unescape(token: string): string {
  if (token === '""') return '';
  return token.includes('\\')
    ? token.replace(/\\([\s\S])/g, (_, character: string) => (character === '\n' ? ' ' : character))
    : token;
}
