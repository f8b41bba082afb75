/** like_escape: a pattern with another escape character as one with a backslash; undefined for a bad escape. */
export function likePattern(pattern: string, escape: string): string | undefined {
  if (Array.from(escape).length > 1) return undefined;
  let result = '';
  let escaped = false;
  for (const character of pattern) {
    if (character === escape && !escaped) {
      result += '\\';
      escaped = true;
      continue;
    }
    // A backslash that is no escape stands for itself, unless the escape before it says so already.
    result += character === '\\' && !escaped && escape !== '\\' ? '\\\\' : character;
    escaped = false;
  }
  return result;
}

/**
 * similar_to_escape: an SQL pattern as a regular expression; undefined for patterns with escapes or characters that
 * mean something else to regular expressions.
 */
export function similarPattern(pattern: string, escape = '\\'): string | undefined {
  if (pattern.includes('\\') || (escape !== '' && pattern.includes(escape)) || /[.^$"]/.test(pattern)) return undefined;
  if (/\[[^\]]*[%_(]/.test(pattern)) return undefined;
  return `^(?:${pattern.replaceAll('(', '(?:').replaceAll('%', '.*').replaceAll('_', '.')})$`;
}
