import type { SqlError } from '../base/sql-error.ts';
import { badFormat } from './errors.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The first line's end says how all lines end (CopyReadLineText, eol_type). */
export class LineEnds {
  readonly #csv: boolean;
  style: 'unknown' | 'nl' | 'cr' | 'crnl' = 'unknown';
  /** What the last answer `wrong` was about. */
  error: SqlError = badFormat('');

  constructor(csv: boolean) {
    this.#csv = csv;
  }

  /** The bytes of the line's end at `at`, more of them where more must tell. */
  width(bytes: Uint8Array, at: number, atEnd: boolean): 1 | 2 | 'partial' | 'wrong' {
    if (bytes[at] === NEWLINE) {
      if (this.style === 'unknown') this.style = 'nl';
      return this.style === 'nl' ? 1 : this.#wrong('newline', '\\n');
    }
    if (this.style === 'unknown' || this.style === 'crnl') {
      if (at + 1 >= bytes.length && !atEnd) return 'partial';
      if (bytes[at + 1] === NEWLINE) {
        this.style = 'crnl';
        return 2;
      }
      if (this.style === 'unknown') this.style = 'cr';
    }
    return this.style === 'cr' ? 1 : this.#wrong('carriage return', '\\r');
  }

  /** What `\.` means when followed by the bytes at `at`. */
  afterMarker(bytes: Uint8Array, at: number, atEnd: boolean): 'marker' | 'data' | 'partial' | 'wrong' {
    const crnl = this.style === 'crnl';
    if (at >= bytes.length || (crnl && at + 1 >= bytes.length)) return atEnd ? 'marker' : 'partial';
    const byte = bytes[at]!;
    const last = crnl && byte === RETURN ? bytes[at + 1] : byte;
    const isEnd = last === NEWLINE || last === RETURN;
    const wanted = this.style === 'cr' ? RETURN : NEWLINE;
    if (isEnd && (this.style === 'unknown' || (last === wanted && (!crnl || byte === RETURN)))) return 'marker';
    if (this.#csv) return 'data';
    this.error = badFormat(
      isEnd ? 'end-of-copy marker does not match previous newline style' : 'end-of-copy marker corrupt',
    );
    return 'wrong';
  }

  #wrong(what: string, escape: string): 'wrong' {
    const message = `${this.#csv ? 'unquoted' : 'literal'} ${what} found in data`;
    const hint = this.#csv ? `Use quoted CSV field to represent ${what}.` : `Use "${escape}" to represent ${what}.`;
    this.error = badFormat(message, { hint });
    return 'wrong';
  }
}
