/** Functions of text (varlena.c, oracle_compat.c). Positions and lengths count characters. */
import { OID } from '../../pgtype/oid.ts';
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import { raise } from './raise.ts';
import { sqlText } from '../../base/sql-text.ts';
import type { Call, ScalarTemplate, Term } from './template.ts';
import { textOutput } from './text-output.ts';

/** Results longer than this many characters raise 54000; Postgres allows up to 1 GB. */
const MAX_RESULT_LENGTH = 10_000_000;

const int4 = (sql: string): string => `CAST(${sql} AS INTEGER)`;

function plain(name: string): ScalarTemplate {
  return (args) => ({ sql: `${name}(${args.map((arg) => arg.sql).join(', ')})` });
}

function counted(name: string): ScalarTemplate {
  return (args) => ({ sql: int4(`${name}(${args.map((arg) => arg.sql).join(', ')})`) });
}

/** Blanks at the end of a bpchar do not count. */
const paddedLength: ScalarTemplate = ([a]) => ({ sql: int4(`length(rtrim(${a!.sql}, ' '))`) });

const tooLong = (x: string): string => `${raise('54000', x, 'INTEGER')}::VARCHAR`;

/** text_substring: the start may lie before the text; what is before counts towards the length. */
const substring: ScalarTemplate = ([text, start, length]) => {
  const [from, count] = [start!.constant, length?.constant];
  if (typeof from === 'number' && from >= 1 && (length === undefined || (typeof count === 'number' && count >= 0))) {
    return { sql: `substring(${text!.sql}, ${from}${length === undefined ? '' : `, ${count as number}`})` };
  }
  if (length === undefined) {
    const sql = once([start!.sql], (n) => `CASE WHEN ${n} < 1 THEN 1 ELSE ${n} END`);
    return { sql: `substring(${text!.sql}, ${sql})` };
  }
  return {
    sql: once([text!.sql, `CAST(${start!.sql} AS BIGINT)`, `CAST(${length.sql} AS BIGINT)`], (x, n, l) => {
      const kept = `CASE WHEN ${n} >= 1 THEN ${l} WHEN ${n} + ${l} < 1 THEN 0 ELSE ${n} + ${l} - 1 END`;
      return `CASE WHEN ${l} < 0 THEN ${raise('22011', `${n} || ${x}`, 'INTEGER')}::VARCHAR ELSE substring(${x}, CASE WHEN ${n} < 1 THEN 1 ELSE ${n} END, ${kept}) END`;
    }),
  };
};

function padded(name: 'lpad' | 'rpad'): ScalarTemplate {
  return ([text, length, fill]) => ({
    sql: once([text!.sql, length!.sql, fill?.sql ?? "' '"], (x, n, f) => {
      const result = `CASE WHEN ${f} = '' OR ${n} <= 0 THEN left(${x}, CASE WHEN ${n} < 0 THEN 0 ELSE ${n} END) ELSE ${name}(${x}, ${n}, ${f}) END`;
      return `CASE WHEN ${n} > ${MAX_RESULT_LENGTH} THEN ${tooLong(`${x} || ${f}`)} WHEN ${f} IS NOT NULL THEN ${result} END`;
    }),
  });
}

const repeated: ScalarTemplate = ([text, count]) => ({
  sql: once(
    [text!.sql, count!.sql],
    (x, n) =>
      `CASE WHEN CAST(strlen(${x}) AS HUGEINT) * ${n} > ${MAX_RESULT_LENGTH} THEN ${tooLong(x)} ELSE repeat(${x}, CASE WHEN ${n} < 0 THEN 0 ELSE ${n} END) END`,
  ),
});

/** split_part: fields count from 1, from the end where negative; 0 is 22023; an empty delimiter makes one field. */
const splitPart: ScalarTemplate = ([text, delimiter, field]) => ({
  sql: once(
    [text!.sql, delimiter!.sql, field!.sql],
    (x, d, n) =>
      `CASE WHEN ${n} = 0 THEN ${raise('22023', `${x} || ${d}`, 'INTEGER')}::VARCHAR WHEN ${d} = '' THEN CASE WHEN ${n} IN (1, -1) THEN ${x} WHEN ${x} IS NOT NULL AND ${n} IS NOT NULL THEN '' END ELSE split_part(${x}, ${d}, ${n}) END`,
  ),
});

/** chr: 0, surrogates and what is beyond Unicode are 54000, negative numbers 22023. */
const character: ScalarTemplate = ([code]) => ({
  sql: once(
    [code!.sql],
    (n) =>
      `CASE WHEN ${n} BETWEEN 1 AND 55295 OR ${n} BETWEEN 57344 AND 1114111 THEN chr(${n}) WHEN ${n} < 0 THEN ${raise('22023', n, 'INTEGER')}::VARCHAR ELSE ${tooLong(n)} END`,
  ),
});

/** A set of characters; blanks where none is given. */
function trimmed(name: 'trim' | 'ltrim' | 'rtrim'): ScalarTemplate {
  return ([text, characters]) => ({ sql: `${name}(${text!.sql}, ${characters?.sql ?? "' '"})` });
}

const hexadecimal: ScalarTemplate = ([a], call) => ({
  sql:
    call.signature === 'to_hex(int4)'
      ? `lower(to_hex(CAST(${a!.sql} AS BIGINT) & 4294967295))`
      : `lower(to_hex(${a!.sql}))`,
});

/** NULLs are left out; every other argument as its output function prints it. */
const concatenated: ScalarTemplate = (args, call) => ({
  sql: `concat(${args.map((arg) => textOutput(arg, call)).join(', ')})`,
});

const joined: ScalarTemplate = ([separator, ...args], call) => ({
  sql: `concat_ws(${separator!.sql}, ${args.map((arg) => textOutput(arg, call)).join(', ')})`,
});

/** Both sides are cast to text, which is not always what their output functions print. */
const castConcatenation: ScalarTemplate = ([a, b], call) => ({
  sql: `(${castToText(a!, call)} || ${castToText(b!, call)})`,
});

function castToText(term: Term, call: Call): string {
  if (term.typeOid === OID.bool) return `CAST(${term.sql} AS VARCHAR)`;
  return term.typeOid === OID.bpchar ? `rtrim(${term.sql}, ' ')` : textOutput(term, call);
}

const quoteLiteral = (x: string): string =>
  once(
    [x],
    (text) =>
      `CASE WHEN contains(${text}, '\\') THEN 'E''' ELSE '''' END || replace(replace(${text}, '''', ''''''), '\\', '\\\\') || ''''`,
  );

/** text_overlay: a start below 1 is 22011. */
const overlaid: ScalarTemplate = ([text, by, start, length]) => ({
  sql: once([text!.sql, by!.sql, `CAST(${start!.sql} AS BIGINT)`, length?.sql ?? 'NULL'], (x, y, n, l) => {
    const end = `(${n} + ${length === undefined ? `length(${y})` : l})`;
    const joined = `substring(${x}, 1, ${n} - 1) || ${y} || substring(${x}, CASE WHEN ${end} < 1 THEN 1 ELSE ${end} END)`;
    const overflow = `${end} > 2147483647`;
    return `CASE WHEN ${n} < 1 THEN ${raise('22011', `${x} || ${y} || ${end}`, 'INTEGER')}::VARCHAR WHEN ${overflow} THEN ${raise('22003', `${x} || ${y}`, 'INTEGER')}::VARCHAR ELSE ${joined} END`;
  }),
});

/** format() with a constant template of %s, %n$s and %%. */
const formatted: ScalarTemplate = ([pattern, ...args], call) => {
  if (typeof pattern!.constant !== 'string') throw unsupportedCall(call, 'the format must be a constant');
  const pieces: string[] = [];
  let next = 0;
  let end = 0;
  for (const match of pattern!.constant.matchAll(/%(?:(\d+)\$)?([s%])/g)) {
    pieces.push(literalPiece(pattern!.constant.slice(end, match.index), call));
    end = match.index + match[0].length;
    if (match[2] === '%') {
      pieces.push("'%'");
      continue;
    }
    if (match[1] !== undefined) next = Number(match[1]) - 1;
    const arg = args[next];
    if (arg === undefined) throw unsupportedCall(call, 'the format names more arguments than there are');
    pieces.push(textOutput(arg, call));
    next += 1;
  }
  pieces.push(literalPiece(pattern!.constant.slice(end), call));
  return { sql: `concat(${pieces.join(', ')})` };
};

function literalPiece(text: string, call: Call): string {
  if (text.includes('%')) throw unsupportedCall(call, 'only %s, %n$s and %% are supported in the format');
  return sqlText(text);
}

const isText = (term: Term): boolean => term.typeOid === OID.text || term.typeOid === OID.varchar;

const quoteAny: ScalarTemplate = ([a], call) => {
  if (!isText(a!)) throw unsupportedCall(call, 'cast the argument to text');
  return { sql: quoteLiteral(a!.sql) };
};

export const textFunctions: Readonly<Record<string, ScalarTemplate>> = {
  'textcat(text,text)': ([a, b]) => ({ sql: `(${a!.sql} || ${b!.sql})` }),
  'textanycat(text,anynonarray)': castConcatenation,
  'anytextcat(anynonarray,text)': castConcatenation,
  'concat(any)': concatenated,
  'concat_ws(text,any)': joined,
  'format(text,any)': formatted,
  'format(text)': formatted,
  'length(text)': counted('length'),
  'char_length(text)': counted('length'),
  'character_length(text)': counted('length'),
  'textlen(text)': counted('length'),
  'length(bpchar)': paddedLength,
  'char_length(bpchar)': paddedLength,
  'character_length(bpchar)': paddedLength,
  'octet_length(text)': counted('strlen'),
  'octet_length(bpchar)': counted('strlen'),
  'bit_length(text)': ([a]) => ({ sql: int4(`strlen(${a!.sql}) * 8`) }),
  'upper(text)': ([a]) => ({
    // The one letter that DuckDB maps otherwise: sharp s has a capital form since Unicode 5.1 that Postgres does not use.
    sql: once(
      [a!.sql],
      (x) =>
        `CASE WHEN contains(${x}, 'ß') THEN array_to_string(list_transform(string_split(${x}, 'ß'), lambda part: upper(part)), 'ß') ELSE upper(${x}) END`,
    ),
  }),
  'lower(text)': plain('lower'),
  'initcap(text)': plain('pg_initcap'),
  'reverse(text)': plain('pg_reverse'),
  'substr(text,int4)': substring,
  'substr(text,int4,int4)': substring,
  'substring(text,int4)': substring,
  'substring(text,int4,int4)': substring,
  'left(text,int4)': plain('left'),
  'right(text,int4)': ([text, count]) => ({
    // The smallest integer has no negative: Postgres takes the whole text.
    sql: once([text!.sql, count!.sql], (x, n) => `CASE ${n} WHEN -2147483648 THEN ${x} ELSE right(${x}, ${n}) END`),
  }),
  'position(text,text)': counted('instr'),
  'strpos(text,text)': counted('instr'),
  'starts_with(text,text)': plain('starts_with'),
  'lpad(text,int4)': padded('lpad'),
  'lpad(text,int4,text)': padded('lpad'),
  'rpad(text,int4)': padded('rpad'),
  'rpad(text,int4,text)': padded('rpad'),
  'btrim(text)': trimmed('trim'),
  'btrim(text,text)': trimmed('trim'),
  'ltrim(text)': trimmed('ltrim'),
  'ltrim(text,text)': trimmed('ltrim'),
  'rtrim(text)': trimmed('rtrim'),
  'rtrim(text,text)': trimmed('rtrim'),
  'replace(text,text,text)': plain('replace'),
  'translate(text,text,text)': plain('pg_translate'),
  'split_part(text,text,int4)': splitPart,
  'overlay(text,text,int4,int4)': overlaid,
  'overlay(text,text,int4)': overlaid,
  'repeat(text,int4)': repeated,
  'chr(int4)': character,
  'ascii(text)': counted('ascii'),
  'to_hex(int4)': hexadecimal,
  'to_hex(int8)': hexadecimal,
  'md5(text)': plain('md5'),
  'quote_literal(text)': ([a]) => ({ sql: quoteLiteral(a!.sql) }),
  'quote_nullable(text)': ([a]) => ({ sql: `coalesce(${quoteLiteral(a!.sql)}, 'NULL')` }),
  'quote_literal(anyelement)': quoteAny,
  'text_larger(text,text)': ([a, b]) => ({
    sql: once([a!.sql, b!.sql], (x, y) => `CASE WHEN ${x} > ${y} THEN ${x} WHEN ${x} <= ${y} THEN ${y} END`),
  }),
};
