/** Functions of the host on text, which count code points as Postgres does. */
import type { HostFunction } from './host-function.ts';

/** initcap: upper case after anything but letters and digits, lower case within words. */
function initcap(text: string): string {
  let inWord = false;
  let result = '';
  for (const character of text) {
    const cased = inWord ? character.toLowerCase() : character.toUpperCase();
    // Mappings to several characters are no simple ones: towupper leaves such characters as they are.
    result += Array.from(cased).length === 1 ? cased : character;
    inWord = /[\p{L}\p{N}]/u.test(character);
  }
  return result;
}

/** translate: characters of `from` become those of `to` at the same place, or go; the first mention counts. */
function translate(text: string, from: string, to: string): string {
  const targets = Array.from(to);
  const mapping = new Map<string, string>();
  Array.from(from).forEach((character, index) => {
    if (!mapping.has(character)) mapping.set(character, targets[index] ?? '');
  });
  return Array.from(text, (character) => mapping.get(character) ?? character).join('');
}

export const textHostFunctions: readonly HostFunction[] = [
  { name: 'pg_initcap', parameters: ['VARCHAR'], result: 'VARCHAR', compute: (text) => initcap(text as string) },
  {
    name: 'pg_reverse',
    parameters: ['VARCHAR'],
    result: 'VARCHAR',
    compute: (text) =>
      Array.from(text as string)
        .toReversed()
        .join(''),
  },
  {
    name: 'pg_translate',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    compute: (text, from, to) => translate(text as string, from as string, to as string),
  },
];
