import type { EngineParameter, Operand, PredicateTemplate, ScanRequest } from './translate.ts';

export type Settled = {
  readonly sql: string;
  readonly scans: readonly ScanRequest[];
  readonly parameters: readonly EngineParameter[];
};

/** Strings and quoted names, which may hold anything, or a parameter. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g;

/**
 * Numbers the parameters anew: those that the SQL names come first and without gaps, as DuckDB binds them, then those
 * that only pruning needs; the rest is left out.
 */
export function settleParameters(
  sql: string,
  scans: readonly ScanRequest[],
  parameters: readonly EngineParameter[],
): Settled {
  const order: number[] = [];
  const placeOf = (index: number): number => {
    const place = order.indexOf(index);
    return place >= 0 ? place : order.push(index) - 1;
  };
  const renumbered = sql.replaceAll(TOKENS, (token: string, number: string | undefined) =>
    number === undefined ? token : `$${placeOf(Number(number) - 1) + 1}`,
  );
  const settledScans = scans.map((scan) => ({
    ...scan,
    predicate: renumber(scan.predicate, placeOf),
    ...(scan.keeps !== undefined && { keeps: renumber(scan.keeps, placeOf) }),
  }));
  return { sql: renumbered, scans: settledScans, parameters: order.map((index) => parameters[index]!) };
}

function renumber(predicate: PredicateTemplate, placeOf: (index: number) => number): PredicateTemplate {
  const operand = (of: Operand): Operand => ('parameter' in of ? { ...of, parameter: placeOf(of.parameter) } : of);
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return { ...predicate, of: predicate.of.map((part) => renumber(part, placeOf)) };
    case 'not':
      return { ...predicate, of: renumber(predicate.of, placeOf) };
    case 'compare':
      return { ...predicate, operand: operand(predicate.operand) };
    case 'in':
      return { ...predicate, operands: predicate.operands.map(operand) };
    case 'startsWith':
      return { ...predicate, prefix: operand(predicate.prefix) };
    default:
      return predicate;
  }
}
