/** Whether json_in takes the text: JavaScript has the same grammar, and neither looks into \u escapes. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
