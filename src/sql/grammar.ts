/**
 * Postgres' own grammar and scanner (libpg-query, WASM). The only file that imports it.
 *
 * Offsets in this file are UTF-8 bytes, as libpg counts. The module must be protected from texts that overflow the
 * stack (see nesting.ts): each overflow leaks some of its memory, and after about forty of them it is unusable. So an
 * instance that overflowed is replaced by a fresh one in the background.
 */
import { createRequire } from 'node:module';
import type { Node } from '@pgsql/types';
import { statementTooComplex } from './errors.ts';

export type RawStatement = {
  readonly node: Node;
  /** First byte of the statement; leading blanks are not part of it. */
  readonly start: number;
  /** Byte after the last one, without the semicolon. */
  readonly end: number;
};

export type Parsed =
  | { readonly kind: 'statements'; readonly statements: readonly RawStatement[] }
  /** `position` is a 1-based code point, unlike everything else here; undefined where the grammar gave none. */
  | { readonly kind: 'error'; readonly message: string; readonly position: number | undefined };

/** A token without comments. `text` is as written. */
export type Token = {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: 'identifier' | 'keyword' | 'string' | 'number' | 'parameter' | 'other';
  /** Keywords that cannot name a table without quotes (reserved, or usable for functions and types only). */
  readonly reserved: boolean;
};

export interface Grammar {
  /** Raises 54001 where the text overflows the parser. */
  parse(text: string): Parsed;
  /** Undefined where the scanner refuses the text. */
  scan(text: string): readonly Token[] | undefined;
}

type Libpg = typeof import('libpg-query');
const require = createRequire(import.meta.url);

/** Loads the grammar; once per process, at start. */
export async function loadGrammar(): Promise<Grammar> {
  let libpg = await freshLibpg();
  let replacing = false;
  const replace = (): void => {
    if (replacing) return;
    replacing = true;
    freshLibpg()
      .then((fresh) => (libpg = fresh))
      .catch(() => undefined)
      .finally(() => (replacing = false));
  };
  return {
    parse(text) {
      try {
        return { kind: 'statements', statements: rawStatements(libpg, text) };
      } catch (error) {
        if (isOverflow(error)) {
          replace();
          throw statementTooComplex('The parser ran out of stack.');
        }
        if (!(error instanceof Error)) throw error;
        const details = (error as { sqlDetails?: { cursorPosition: number } }).sqlDetails;
        return { kind: 'error', message: error.message, position: details && details.cursorPosition + 1 };
      }
    },
    scan(text) {
      try {
        return tokensOf(libpg, text);
      } catch {
        return undefined;
      }
    },
  };
}

/** The stack ended, or the module already lost its footing. */
function isOverflow(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError');
}

/** A new instance: the package keeps its WASM memory in its module, so the module is loaded anew. */
async function freshLibpg(): Promise<Libpg> {
  for (const path of Object.keys(require.cache)) {
    if (/[\\/]libpg-query[\\/]/.test(path)) delete require.cache[path];
  }
  const libpg = require('libpg-query') as Libpg;
  await libpg.loadModule();
  return libpg;
}

function rawStatements(libpg: Libpg, text: string): RawStatement[] {
  if (text === '') return [];
  const sizeBytes = Buffer.byteLength(text);
  return (libpg.parseSync(text).stmts ?? []).map((raw) => {
    const start = raw.stmt_location ?? 0;
    return { node: raw.stmt as Node, start, end: raw.stmt_len ? start + raw.stmt_len : sizeBytes };
  });
}

/** keywordKind of libpg: 0 none, 1 unreserved, 2 column name, 3 type or function name, 4 reserved. */
const FIRST_RESERVED_KIND = 3;

function tokensOf(libpg: Libpg, text: string): Token[] {
  // libpg writes control characters unescaped into its JSON; only offsets are taken from there.
  const scanned = libpg.scanSync(text.replace(/\p{Cc}/gu, blankUnlessSpace));
  const bytes = Buffer.from(text);
  const tokens: Token[] = [];
  for (const token of scanned.tokens) {
    if (token.tokenName === 'C_COMMENT' || token.tokenName === 'SQL_COMMENT') continue;
    tokens.push({
      start: token.start,
      end: token.end,
      text: bytes.toString('utf8', token.start, token.end),
      kind: kindOf(token.tokenName, token.keywordKind),
      reserved: token.keywordKind >= FIRST_RESERVED_KIND,
    });
  }
  return tokens;
}

function kindOf(tokenName: string, keywordKind: number): Token['kind'] {
  if (keywordKind > 0) return 'keyword';
  if (tokenName === 'IDENT' || tokenName === 'UIDENT') return 'identifier';
  if (tokenName === 'SCONST' || tokenName === 'USCONST') return 'string';
  if (tokenName === 'ICONST' || tokenName === 'FCONST') return 'number';
  return tokenName === 'PARAM' ? 'parameter' : 'other';
}

/** Line breaks end comments and join strings; all of these are one byte. */
function blankUnlessSpace(control: string): string {
  return control > '\x1f' || '\t\n\r'.includes(control) ? control : ' ';
}
