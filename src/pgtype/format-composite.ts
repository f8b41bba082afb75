/** record_out: fields in order as text, null for NULL (printed as nothing). */
export function formatComposite(fields: readonly (string | null)[]): string {
  return `(${fields.map((field) => (field === null ? '' : quoteField(field))).join(',')})`;
}

function quoteField(text: string): string {
  if (text !== '' && !/[(),"\\ \t\n\v\f\r]/.test(text)) return text;
  return `"${text.replace(/["\\]/g, '$&$&')}"`;
}
