/**
 * Replacements in a text, in UTF-8 bytes, and the way back: where an offset of the edited text was in the original.
 */
export type TextEdit = { readonly start: number; readonly end: number; readonly replacement: string };

export type EditedText = {
  readonly text: string;
  /** Original byte offset; inside a replacement, the start of what was replaced. */
  originalOffset(offset: number): number;
};

/** Edits must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): EditedText {
  if (edits.length === 0) return { text, originalOffset: (offset) => offset };
  const bytes = Buffer.from(text);
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const parts: Buffer[] = [];
  /** Edited start of each replacement, its edited end, and the original range. */
  const moved: { from: number; to: number; start: number; end: number }[] = [];
  let original = 0;
  let edited = 0;
  for (const edit of sorted) {
    parts.push(bytes.subarray(original, edit.start));
    edited += edit.start - original;
    const replacement = Buffer.from(edit.replacement);
    parts.push(replacement);
    moved.push({ from: edited, to: edited + replacement.length, start: edit.start, end: edit.end });
    edited += replacement.length;
    original = edit.end;
  }
  parts.push(bytes.subarray(original));
  return {
    text: Buffer.concat(parts).toString('utf8'),
    originalOffset(offset) {
      let shift = 0;
      for (const move of moved) {
        if (offset < move.from) break;
        if (offset < move.to) return move.start;
        shift = move.end - move.to;
      }
      return offset + shift;
    },
  };
}
