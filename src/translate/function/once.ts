/** Longer operands are evaluated once: copied ones would double the text with every level of nesting. */
const MAX_COPIED_LENGTH = 120;

/** Subqueries would be joined twice, volatile functions would answer twice. */
const NEVER_COPIED = /\b(SELECT|random|uuid|OVER)\b/i;

/**
 * SQL of `body` over operands that it may name several times. Where an operand is more than a short expression, all are
 * bound by a lambda over a list of one, DuckDB's only let-expression.
 */
export function once(operands: readonly string[], body: (...operands: string[]) => string): string {
  if (operands.every(mayBeCopied)) return `(${body(...operands)})`;
  const fields = operands.map((operand, index) => `a${index} := ${operand}`);
  const names = operands.map((_, index) => `v.a${index}`);
  return `(list_transform([struct_pack(${fields.join(', ')})], lambda v: ${body(...names)})[1])`;
}

function mayBeCopied(operand: string): boolean {
  return operand.length <= MAX_COPIED_LENGTH && !NEVER_COPIED.test(operand);
}
