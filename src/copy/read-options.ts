import type { CopyStmt, DefElem, Node } from '@pgsql/types';
import { SqlError } from '../base/sql-error.ts';
import type { ColumnChoice, CopyFormat, CopyOptions } from './copy.ts';
import { invalidOption, otherEncoding, syntax, unavailableOption } from './errors.ts';

/** What the statement says, before defaults. */
type Given = {
  format?: CopyFormat;
  freeze?: boolean;
  delimiter?: string;
  null?: string;
  default?: string;
  header?: CopyOptions['header'];
  quote?: string;
  escape?: string;
  force_quote?: ColumnChoice;
  force_not_null?: ColumnChoice;
  force_null?: ColumnChoice;
  encoding?: string;
  on_error?: CopyOptions['onError'];
  reject_limit?: number;
  log_verbosity?: CopyOptions['logVerbosity'];
};

const FORMATS: readonly string[] = ['text', 'csv', 'binary', 'parquet', 'arrow'];
const DIRECTIONS = { from: 'COPY FROM', to: 'COPY TO' } as const;

/**
 * The options of a COPY (PostgreSQL 18's ProcessCopyOptions, and older syntax, which the grammar reads alike).
 * `position` turns a node's byte offset into a position of the client's text.
 */
export function readOptions(node: CopyStmt, position: (offset: number) => number): CopyOptions {
  const isFrom = node.is_from === true;
  const given: Given = {};
  for (const option of node.options ?? []) {
    if (!('DefElem' in option)) continue;
    const { DefElem: element } = option;
    const at = element.location === undefined ? undefined : position(element.location);
    const name = element.defname ?? '';
    const read = READERS[name];
    if (read === undefined) throw syntax(`option "${name}" not recognized`, at);
    if (name in given) throw syntax('conflicting or redundant options', at);
    (given as Record<string, unknown>)[name] = read(element, at, isFrom);
  }
  checkEncoding(given.encoding);
  return checked(given, isFrom);
}

type Reader = (element: DefElem, position: number | undefined, isFrom: boolean) => unknown;

const READERS: Readonly<Record<string, Reader>> = {
  format: (element, at) => {
    const format = text(element);
    if (!FORMATS.includes(format)) throw invalidOption(`COPY format "${format}" not recognized`, at);
    return format;
  },
  freeze: boolean,
  delimiter: text,
  null: text,
  default: text,
  quote: text,
  escape: text,
  header: (element, _at, isFrom) => {
    if (element.arg !== undefined && 'String' in element.arg && /^match$/i.test(element.arg.String.sval ?? '')) {
      if (!isFrom) throw unavailableOption(`cannot use "${element.arg.String.sval}" with HEADER in COPY TO`);
      return 'match';
    }
    return booleanValue(element, 'a Boolean value or "match"') ? 'line' : 'none';
  },
  force_quote: columns,
  force_not_null: columns,
  force_null: columns,
  encoding: (element, at) => {
    const name = text(element);
    if (!isEncoding(name))
      throw invalidOption(`argument to option "${element.defname}" must be a valid encoding name`, at);
    return name;
  },
  on_error: (element, at, isFrom) => {
    if (!isFrom) throw invalidOption('COPY ON_ERROR cannot be used with COPY TO', at);
    return oneOf(element, at, 'ON_ERROR', ['stop', 'ignore']);
  },
  log_verbosity: (element, at) => oneOf(element, at, 'LOG_VERBOSITY', ['silent', 'default', 'verbose']),
  reject_limit: (element) => {
    const limit = number(element);
    if (limit <= 0) throw invalidOption(`REJECT_LIMIT (${limit}) must be greater than zero`);
    return limit;
  },
};

/** Conflicts in the order in which PostgreSQL looks for them. */
function checked(given: Given, isFrom: boolean): CopyOptions {
  const format = given.format ?? 'text';
  const direction = isFrom ? DIRECTIONS.from : DIRECTIONS.to;
  const isCsv = format === 'csv';
  const isText = isCsv || format === 'text';
  const mode = format.toUpperCase();
  for (const name of ['delimiter', 'null', 'default'] as const)
    if (!isText && given[name] !== undefined) throw syntax(`cannot specify ${name.toUpperCase()} in ${mode} mode`);
  const delimiter = given.delimiter ?? (isCsv ? ',' : '\t');
  const nullText = given.null ?? (isCsv ? '' : '\\N');
  const quote = given.quote ?? '"';
  const escape = given.escape ?? quote;
  checkStrings(given, delimiter, nullText, isCsv);
  if (!isText && given.header !== undefined && given.header !== 'none')
    throw unavailableOption(`cannot specify HEADER in ${mode} mode`);
  checkCsv(given, { isCsv, isFrom, direction, delimiter, quote, escape });
  checkMarkers(given, { isCsv, isFrom, direction, delimiter, nullText, quote });
  if (format !== 'text' && !isCsv && given.on_error === 'ignore')
    throw syntax(`only ON_ERROR STOP is allowed in ${mode} mode`);
  if (given.reject_limit !== undefined && given.on_error !== 'ignore')
    throw invalidOption('COPY REJECT_LIMIT requires ON_ERROR to be set to IGNORE');
  return {
    format,
    delimiter,
    nullText,
    defaultText: given.default,
    header: given.header ?? 'none',
    quote,
    escape,
    forceQuote: given.force_quote ?? [],
    forceNotNull: given.force_not_null ?? [],
    forceNull: given.force_null ?? [],
    onError: given.on_error ?? 'stop',
    rejectLimit: given.reject_limit,
    logVerbosity: given.log_verbosity ?? 'default',
  };
}

function checkStrings(given: Given, delimiter: string, nullText: string, isCsv: boolean): void {
  if (Buffer.byteLength(delimiter) !== 1) throw unavailableOption('COPY delimiter must be a single one-byte character');
  if (/[\r\n]/.test(delimiter)) throw invalidOption('COPY delimiter cannot be newline or carriage return');
  if (/[\r\n]/.test(nullText)) throw invalidOption('COPY null representation cannot use newline or carriage return');
  if (given.default !== undefined && /[\r\n]/.test(given.default))
    throw invalidOption('COPY default representation cannot use newline or carriage return');
  // These would be read as escapes.
  if (!isCsv && /[\\.a-z0-9]/.test(delimiter)) throw invalidOption(`COPY delimiter cannot be "${delimiter}"`);
}

type Mode = {
  readonly isCsv: boolean;
  readonly isFrom: boolean;
  readonly direction: string;
  readonly delimiter: string;
  readonly quote: string;
};

function checkCsv(given: Given, mode: Mode & { readonly escape: string }): void {
  const { isCsv, isFrom, direction } = mode;
  if (!isCsv && given.quote !== undefined) throw unavailableOption('COPY QUOTE requires CSV mode');
  if (isCsv && Buffer.byteLength(mode.quote) !== 1)
    throw unavailableOption('COPY quote must be a single one-byte character');
  if (isCsv && mode.delimiter === mode.quote) throw invalidOption('COPY delimiter and quote must be different');
  if (!isCsv && given.escape !== undefined) throw unavailableOption('COPY ESCAPE requires CSV mode');
  if (isCsv && Buffer.byteLength(mode.escape) !== 1)
    throw unavailableOption('COPY escape must be a single one-byte character');
  const forced = [
    ['force_quote', 'FORCE_QUOTE', !isFrom, unavailableOption],
    ['force_not_null', 'FORCE_NOT_NULL', isFrom, invalidOption],
    ['force_null', 'FORCE_NULL', isFrom, invalidOption],
  ] as const;
  for (const [name, spelled, fits, error] of forced) {
    if (given[name] === undefined) continue;
    if (!isCsv) throw unavailableOption(`COPY ${spelled} requires CSV mode`);
    if (!fits) throw error(`COPY ${spelled} cannot be used with ${direction}`);
  }
}

function checkMarkers(given: Given, mode: Mode & { readonly nullText: string }): void {
  const { isCsv, isFrom, direction, delimiter, nullText, quote } = mode;
  const check = (marker: string, name: string): void => {
    if (marker.includes(delimiter))
      throw invalidOption(`COPY delimiter character must not appear in the ${name} specification`);
    if (isCsv && marker.includes(quote))
      throw invalidOption(`CSV quote character must not appear in the ${name} specification`);
  };
  check(nullText, 'NULL');
  if (given.freeze === true && !isFrom) throw invalidOption(`COPY FREEZE cannot be used with ${direction}`);
  if (given.default === undefined) return;
  if (!isFrom) throw invalidOption(`COPY DEFAULT cannot be used with ${direction}`);
  check(given.default, 'DEFAULT');
  if (given.default === nullText)
    throw invalidOption('NULL specification and DEFAULT specification cannot be the same');
}

function text({ defname, arg }: DefElem): string {
  if (arg === undefined) throw syntax(`${defname} requires a parameter`);
  if ('String' in arg) return arg.String.sval ?? '';
  if ('Boolean' in arg) return String(arg.Boolean.boolval === true);
  return numberText(arg) ?? ('A_Star' in arg ? '*' : '');
}

function boolean(element: DefElem): boolean {
  return booleanValue(element, 'a Boolean value');
}

function booleanValue({ defname, arg }: DefElem, wanted: string): boolean {
  if (arg === undefined) return true;
  if ('Boolean' in arg) return arg.Boolean.boolval === true;
  const word = 'String' in arg ? (arg.String.sval ?? '').toLowerCase() : numberText(arg);
  if (word === 'true' || word === 'on' || word === '1') return true;
  if (word === 'false' || word === 'off' || word === '0') return false;
  throw syntax(`${defname} requires ${wanted}`);
}

function number({ defname, arg }: DefElem): number {
  if (arg === undefined) throw syntax(`${defname} requires a numeric value`);
  const digits = 'String' in arg ? (arg.String.sval ?? '') : (numberText(arg) ?? '');
  if (/^-?\d+$/.test(digits)) return Number(digits);
  if ('String' in arg)
    throw new SqlError({ sqlstate: '22P02', message: `invalid input syntax for type bigint: "${digits}"` });
  throw syntax(`${defname} requires a numeric value`);
}

function numberText(arg: Node): string | undefined {
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0);
  return 'Float' in arg ? arg.Float.fval : undefined;
}

function columns({ defname, arg }: DefElem, at: number | undefined): ColumnChoice {
  if (arg !== undefined && 'A_Star' in arg) return '*';
  if (arg === undefined || !('List' in arg))
    throw invalidOption(`argument to option "${defname}" must be a list of column names`, at);
  return (arg.List.items ?? []).flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []));
}

function oneOf(element: DefElem, at: number | undefined, name: string, choices: readonly string[]): string {
  const given = text(element);
  const chosen = choices.find((choice) => choice === given.toLowerCase());
  if (chosen === undefined) throw invalidOption(`COPY ${name} "${given}" not recognized`, at);
  return chosen;
}

const UTF8_NAMES: readonly string[] = ['utf8', 'unicode'];
const OTHER_ENCODINGS =
  /^(sqlascii|euc(jp|cn|kr|tw|jis2004)|latin\d+|iso8859\d*|win\d+|windows\d+|koi8[ru]?|mskanji|shiftjis(2004)?|sjis|big5|gbk|gb18030|uhc|johab|tcvn\d*|abc|alt|vscii|muleinternal|win)$/;

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function isEncoding(name: string): boolean {
  const plain = plainName(name);
  return UTF8_NAMES.includes(plain) || OTHER_ENCODINGS.test(plain);
}

function checkEncoding(name: string | undefined): void {
  if (name !== undefined && !UTF8_NAMES.includes(plainName(name))) throw otherEncoding(name);
}
