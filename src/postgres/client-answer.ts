import { analysisTooDeep } from './errors.ts';
import type { Answer } from './read-reply.ts';

/** The answer to the client's part of the batch: opening, client's part, end. */
export async function clientAnswer(answers: readonly Answer[], crash: () => Promise<void>): Promise<Answer> {
  const [opening, answer] = answers;
  if (opening?.error) throw opening.error;
  const unparsed = answer === undefined || !answer.isParsed;
  // The stack ended inside PGlite: it says nothing about Parse, and its memory is not to be trusted.
  if (unparsed && (answer?.error === undefined || answer.error.sqlstate === '26000')) {
    await crash();
    throw analysisTooDeep();
  }
  if (answer?.error) throw answer.error;
  return answer!;
}
