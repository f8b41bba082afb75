import type { ByteOffsets } from './byte-offsets.ts';
import type { Grammar, Token } from './grammar.ts';

/** What the pre-passes read: the client's text, its tokens, its offsets. */
export type ScannedText = {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly offsets: ByteOffsets;
  readonly grammar: Grammar;
};
