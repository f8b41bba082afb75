/** LIKE, ILIKE, SIMILAR TO and regular expressions. */
import { unsupportedCall } from './errors.ts';
import { once } from './once.ts';
import { raise } from './raise.ts';
import { regularExpression } from './regular-expression.ts';
import { likePattern, similarPattern } from './like-pattern.ts';
import { sqlText } from '../../base/sql-text.ts';
import type { Call, ScalarTemplate, Term } from './template.ts';

/** A backslash escapes, as LIKE has it without ESCAPE. A pattern that ends in the escape is 22025 only where it is reached: refused. */
function like(operator: 'LIKE' | 'ILIKE', negated: boolean): ScalarTemplate {
  const not = negated ? 'NOT ' : '';
  return ([text, pattern], call) => {
    const constant = pattern!.constant;
    if (typeof constant === 'string') {
      if (/(^|[^\\])(\\\\)*\\$/.test(constant))
        throw unsupportedCall(call, 'the pattern ends with the escape character');
      const escape = constant.includes('\\') ? " ESCAPE '\\'" : '';
      return { sql: `(${text!.sql} ${not}${operator} ${sqlText(constant)}${escape})` };
    }
    const sql = once(
      [text!.sql, pattern!.sql],
      (x, p) =>
        `CASE WHEN regexp_matches(${p}, '(^|[^\\\\])(\\\\\\\\)*\\\\$', 's') THEN ${raise('0A000', `${x} || ${p}`, 'BOOLEAN')} ELSE ${x} ${not}${operator} ${p} ESCAPE '\\' END`,
    );
    return { sql };
  };
}

/** like_escape and similar_to_escape of constants: the pattern is known when translating. */
function rewritten(rewrite: (pattern: string, escape?: string) => string | undefined): ScalarTemplate {
  return (args, call) => {
    const [text, mark] = args.map((arg) => arg.constant);
    if (typeof text !== 'string' || (args.length > 1 && typeof mark !== 'string')) {
      throw unsupportedCall(call, 'the pattern must be a constant');
    }
    const result = rewrite(text, mark as string | undefined);
    if (result === undefined)
      throw unsupportedCall(call, 'patterns with escapes or special characters are not certified');
    return { sql: sqlText(result), constant: result };
  };
}

/** Flags for RE2: a dot matches newlines. */
function flagsOf(term: Term | undefined, call: Call): { readonly flags: string; readonly all: boolean } {
  if (term === undefined) return { flags: 's', all: false };
  if (typeof term.constant !== 'string' || !/^[gic]*$/.test(term.constant)) {
    throw unsupportedCall(call, 'only the constant flags g, i and c are supported');
  }
  const last = term.constant.replaceAll('g', '').at(-1);
  return { flags: last === 'i' ? 'si' : 's', all: term.constant.includes('g') };
}

function expression(term: Term, call: Call, whole: boolean): string {
  if (typeof term.constant !== 'string') throw unsupportedCall(call, 'the regular expression must be a constant');
  const translated = regularExpression(term.constant, { whole });
  if (translated === undefined) {
    throw unsupportedCall(call, 'the regular expression uses what RE2 lacks or reads in another way');
  }
  return sqlText(translated);
}

function matching(caseless: boolean, negated: boolean): ScalarTemplate {
  return ([text, pattern], call) => {
    const test = `regexp_matches(${text!.sql}, ${expression(pattern!, call, false)}, '${caseless ? 'si' : 's'}')`;
    return { sql: negated ? `(NOT ${test})` : test };
  };
}

const regexpLike: ScalarTemplate = ([text, pattern, flags], call) => {
  const { flags: options, all } = flagsOf(flags, call);
  if (all) throw unsupportedCall(call, 'the flag g does not go with it');
  return { sql: `regexp_matches(${text!.sql}, ${expression(pattern!, call, false)}, '${options}')` };
};

/** In the replacement `\1` is a group, `\&` the match and `\\` a backslash, for RE2 `\0` and so on. */
const regexpReplace: ScalarTemplate = ([text, pattern, replacement, flags], call) => {
  const { flags: options, all } = flagsOf(flags, call);
  const by = replacement!.constant;
  if (typeof by !== 'string') throw unsupportedCall(call, 'the replacement must be a constant');
  const groups = typeof pattern!.constant === 'string' ? countGroups(pattern!.constant) : 0;
  const rewritten = by.replace(/\\(.?)/gs, (_, next: string) => {
    if (next === '&') return '\\0';
    if (next === '\\') return '\\\\';
    if (/^[1-9]$/.test(next) && Number(next) <= groups) return `\\${next}`;
    throw unsupportedCall(call, 'the replacement names a group that is not there');
  });
  // Where a pattern can match nothing, both disagree about empty matches next to others.
  const whole = expression(pattern!, call, true);
  if (all && new RegExp(`^(?:${whole.slice(1, -1)})$`, 's').test('')) {
    throw unsupportedCall(call, 'the regular expression matches the empty string');
  }
  return { sql: `regexp_replace(${text!.sql}, ${whole}, ${sqlText(rewritten)}, '${options}${all ? 'g' : ''}')` };
};

/** The first group, or the whole match where there is none; NULL without a match. */
const regexpSubstring: ScalarTemplate = ([text, pattern], call) => {
  const re = expression(pattern!, call, true);
  const groups = countGroups(pattern!.constant as string);
  if (groups > 1 && call.signature.startsWith('regexp_substr')) throw unsupportedCall(call, 'use substring instead');
  const group = call.signature === 'substring(text,text)' && groups > 0 ? 1 : 0;
  return {
    sql: once(
      [text!.sql],
      (x) => `CASE WHEN regexp_matches(${x}, ${re}, 's') THEN regexp_extract(${x}, ${re}, ${group}, 's') END`,
    ),
  };
};

function countGroups(pattern: string): number {
  return (
    pattern
      .replace(/\\./gs, '')
      .replace(/\[[^\]]*\]/g, '')
      .match(/\((?!\?)/g)?.length ?? 0
  );
}

function byType(name: string, template: ScalarTemplate): readonly (readonly [string, ScalarTemplate])[] {
  return ['text', 'bpchar', 'name'].map((type) => [
    `${type === 'text' ? 'text' : type}${name}(${type},text)`,
    template,
  ]);
}

export const patternFunctions: Readonly<Record<string, ScalarTemplate>> = {
  ...Object.fromEntries([
    ...byType('like', like('LIKE', false)),
    ...byType('nlike', like('LIKE', true)),
    ...byType('iclike', like('ILIKE', false)),
    ...byType('icnlike', like('ILIKE', true)),
    ...byType('regexeq', matching(false, false)),
    ...byType('regexne', matching(false, true)),
    ...byType('icregexeq', matching(true, false)),
    ...byType('icregexne', matching(true, true)),
  ]),
  'like(text,text)': like('LIKE', false),
  'notlike(text,text)': like('LIKE', true),
  'like_escape(text,text)': rewritten((pattern, escape) => likePattern(pattern, escape!)),
  'similar_to_escape(text)': rewritten(similarPattern),
  'similar_to_escape(text,text)': rewritten(similarPattern),
  'regexp_like(text,text)': regexpLike,
  'regexp_like(text,text,text)': regexpLike,
  'regexp_replace(text,text,text)': regexpReplace,
  'regexp_replace(text,text,text,text)': regexpReplace,
  'substring(text,text)': regexpSubstring,
  'regexp_substr(text,text)': regexpSubstring,
};
