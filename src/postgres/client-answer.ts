import { analysisTooDeep } from './errors.ts';
import type { Answer } from './read-reply.ts';

/**
 * The answer to the client's part of the batch: opening, client's part, end. An error after the description of the rows
 * stays in the answer, behind the rows that came before it.
 */
export async function clientAnswer(answers: readonly Answer[], crash: () => Promise<void>): Promise<Answer> {
  const [opening, answer] = answers;
  if (opening?.error) throw opening.error;
  const unparsed = answer === undefined || !answer.isParsed;
  // The stack ended inside PGlite: it says nothing about Parse, and its memory is not to be trusted.
  if (unparsed && (answer?.error === undefined || answer.error.sqlstate === '26000')) {
    await crash();
    throw analysisTooDeep();
  }
  if (answer?.error && answer.fields === null) throw answer.error;
  return answer!;
}
