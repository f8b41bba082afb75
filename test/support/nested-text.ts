import type { TypeJson } from './expected-lines.ts';

type Field = { readonly name: string; readonly type: TypeJson };

/** A value as PostgreSQL prints it, arrays and composites taken apart, in the encoding of the fixtures' answers. */
export function expectedValue(text: string | null, type: TypeJson): unknown {
  if (text === null || typeof type === 'string') return text;
  if (type.type === 'struct') {
    const fields = type.fields as readonly Field[];
    const values = partsOf(text, '(', ')');
    return Object.fromEntries(fields.map((field, i) => [field.name, expectedValue(values[i] ?? null, field.type)]));
  }
  if (type.type === 'list') {
    return partsOf(text, '{', '}').map((element) => expectedValue(element, type.element as TypeJson));
  }
  const entries = partsOf(text, '{', '}').map((entry) => {
    const [key, value] = partsOf(entry!, '(', ')');
    return { key: expectedValue(key!, type.key as TypeJson), value: expectedValue(value!, type.value as TypeJson) };
  });
  return entries.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Members of an array (array_out) or a composite (record_out); quotes taken off, null where there is none. */
function partsOf(text: string, open: string, close: string): readonly (string | null)[] {
  if (text[0] !== open || text.at(-1) !== close) throw new Error(`${text}: not between ${open} and ${close}`);
  const parts: (string | null)[] = [];
  let part = '';
  let quoted = false;
  let inside = false;
  const end = (): void => {
    const nothing = open === '(' ? part === '' : part === 'NULL';
    parts.push(nothing && !quoted ? null : part);
    part = '';
    quoted = false;
  };
  if (text === '{}') return parts;
  for (let i = 1; i < text.length - 1; i++) {
    const character = text[i]!;
    if (character === '\\') part += text[++i]!;
    else if (inside && character === '"' && text[i + 1] === '"' && open === '(') part += text[++i]!;
    else if (character === '"') {
      inside = !inside;
      quoted = true;
    } else if (character === ',' && !inside) end();
    else part += character;
  }
  end();
  return parts;
}
