import { invalidSettingValue, notABoolean } from './errors.ts';
import { readDuration } from './duration.ts';
import { notSupported } from '../base/sql-error.ts';

/**
 * Settings whose value the session reads, checks or keeps itself; the embedded Postgres never hears of them. `check`
 * gives the value as SHOW prints it, or raises 22023.
 */
export type OwnSetting = { readonly initial: string; readonly check: (name: string, value: string) => string };

const ISOLATIONS = ['serializable', 'repeatable read', 'read committed', 'read uncommitted'];
const MESSAGE_LEVELS = ['debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'log', 'notice', 'warning', 'error'];

export const OWN_SETTINGS: ReadonlyMap<string, OwnSetting> = new Map<string, OwnSetting>([
  ['application_name', { initial: '', check: (_name, value) => printableAscii(value) }],
  ['client_encoding', { initial: 'UTF8', check: checkEncoding }],
  ['client_min_messages', { initial: 'notice', check: oneOf(MESSAGE_LEVELS) }],
  ['default_transaction_isolation', { initial: 'read committed', check: oneOf(ISOLATIONS) }],
  ['default_transaction_read_only', { initial: 'off', check: checkBoolean }],
  ['default_transaction_deferrable', { initial: 'off', check: checkBoolean }],
  ['default_table_access_method', { initial: 'heap', check: oneExisting('Table access method', ['heap']) }],
  ['default_tablespace', { initial: '', check: oneExisting('Tablespace', ['', 'pg_default', 'pg_global']) }],
  ['idle_in_transaction_session_timeout', { initial: '0', check: readDuration }],
  ['idle_session_timeout', { initial: '0', check: readDuration }],
  ['lock_timeout', { initial: '0', check: readDuration }],
  ['standard_conforming_strings', { initial: 'on', check: checkConformingStrings }],
  ['statement_timeout', { initial: '0', check: readDuration }],
  ['transaction_timeout', { initial: '0', check: readDuration }],
]);

/** guc.c, parse_bool: any unambiguous beginning of a word. */
export function readBoolean(value: string): boolean | undefined {
  const word = value.toLowerCase();
  if (word === '') return undefined;
  if ('true'.startsWith(word) || 'yes'.startsWith(word) || word === 'on' || word === '1') return true;
  const isFalse = 'false'.startsWith(word) || 'no'.startsWith(word) || word === 'off' || word === 'of' || word === '0';
  return isFalse ? false : undefined;
}

function checkBoolean(name: string, value: string): string {
  const read = readBoolean(value);
  if (read === undefined) throw notABoolean(name);
  return read ? 'on' : 'off';
}

function oneOf(choices: readonly string[]): (name: string, value: string) => string {
  return (name, value) => {
    const chosen = choices.find((choice) => choice === value.toLowerCase());
    if (chosen === undefined) throw invalidSettingValue(name, value, `Available values: ${choices.join(', ')}.`);
    return chosen;
  };
}

function oneExisting(what: string, names: readonly string[]): (name: string, value: string) => string {
  return (name, value) => {
    if (names.includes(value)) return value;
    throw invalidSettingValue(name, value).with({ detail: `${what} "${value}" does not exist.` });
  };
}

function checkEncoding(name: string, value: string): string {
  const plain = value.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (plain === 'utf8' || plain === 'unicode') return 'UTF8';
  // The bytes are those of the server, unconverted.
  if (plain === 'sqlascii') return 'SQL_ASCII';
  if (!/^(latin|win|iso|koi8|euc|big5|gb|sjis|shiftjis|johab|uhc|mule|windows|abc|alt|tcvn)/.test(plain))
    throw invalidSettingValue(name, value);
  throw notSupported(`client_encoding "${value}"`, 'Set client_encoding to UTF8.');
}

/** The grammar reads strings by the standard; the old way would change what a text means. */
function checkConformingStrings(name: string, value: string): string {
  if (checkBoolean(name, value) === 'on') return 'on';
  throw notSupported('standard_conforming_strings off', "Write strings with escapes as E'...'.");
}

/** pg_clean_ascii: other characters are shown as their bytes. */
function printableAscii(value: string): string {
  const escape = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;
  return value.replace(/[^\x20-\x7e]/gu, (character) => [...Buffer.from(character)].map(escape).join(''));
}
