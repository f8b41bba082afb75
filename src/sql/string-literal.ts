import type { Grammar } from './grammar.ts';

/** The value of a string constant as written (plain, E, U&, dollar-quoted); undefined if it is not one. */
export function stringLiteral(grammar: Grammar, literal: string): string | undefined {
  const parsed = grammar.parse(`SELECT ${literal}`);
  if (parsed.kind === 'error') return undefined;
  const node = parsed.statements[0]?.node as { SelectStmt?: { targetList?: unknown[] } } | undefined;
  const target = node?.SelectStmt?.targetList?.[0] as { ResTarget?: { val?: Constant } } | undefined;
  const constant = target?.ResTarget?.val?.A_Const?.sval;
  return constant && (constant.sval ?? '');
}

type Constant = { A_Const?: { sval?: { sval?: string } } };
