import { argumentCases } from './argument-cases.ts';
import type { CertifiedCase } from './certified-case.ts';
import { duckdbCells } from './duckdb-side.ts';
import type { DuckdbSide } from './duckdb-side.ts';
import { postgresCells } from './postgres-side.ts';
import type { PostgresQuery } from './postgres-side.ts';

export type Verdict = {
  readonly signature: string;
  readonly cells: number;
  readonly refused: number;
  /** One line per cell that differs. */
  readonly differences: readonly string[];
};

/** Classes of errors that a template may raise instead of a value: an honest refusal. */
const HONEST = new Set(['!0A000']);

/** Runs an entry of the whitelist over its cells in both, and compares every one. */
export async function certify(
  query: PostgresQuery,
  duckdb: DuckdbSide,
  signature: string,
  result: string,
  options: { readonly maxCells: number; readonly random: () => number },
): Promise<Verdict> {
  let [cells, refused] = [0, 0];
  const differences: string[] = [];
  for (const certified of argumentCases(signature, result, options.maxCells, options.random)) {
    const expected = await postgresCells(query, certified);
    const actual = await duckdbCells(duckdb, certified, expected);
    cells += expected.length;
    expected.forEach((value, n) => {
      const found = actual[n]!;
      if (found !== null && typeof found === 'object') refused += 1;
      else if (found !== null && HONEST.has(found)) refused += 1;
      else if (isBeyondEngine(certified, value, found)) refused += 1;
      else if (!agree(value, found)) differences.push(`${describe(certified, n)}: Postgres ${value}, DuckDB ${found}`);
    });
  }
  return { signature, cells, refused, differences };
}

/**
 * Honest errors for values that the engine cannot hold: 22003 for numerics of more digits than the 18 or 38 they are
 * computed in, 22008 for timestamps after the year 294246.
 */
function isBeyondEngine({ signature, result }: CertifiedCase, expected: string | null, actual: string | null): boolean {
  if (expected === null || actual === null) return false;
  if (signature.includes('numeric') && actual === '!22003') return /^=-?[\d.]{19,}$/.test(expected);
  const late = result.startsWith('timestamp') && expected.startsWith('=') && BigInt(`0x${expected.slice(1)}`);
  return actual === '!22008' && late !== false && late > LAST_MICROS && late < 2n ** 63n;
}

/** From 2000 to the last timestamp of DuckDB. */
const LAST_MICROS = 9_223_372_036_854_775_806n - 946_684_800_000_000n;

/** Errors agree by class (the first two characters of the SQLSTATE). */
function agree(expected: string | null, actual: string | null): boolean {
  if (expected !== null && actual !== null && expected.startsWith('!') && actual.startsWith('!')) {
    return expected.slice(0, 3) === actual.slice(0, 3);
  }
  return expected === actual;
}

function describe({ signature, args, cells, timeZone }: CertifiedCase, n: number): string {
  const values = args.map((arg, index) => JSON.stringify(arg.values[cells[n]![index]!] ?? null));
  return `${signature} [${values.join(', ')}]${timeZone === 'UTC' ? '' : ` in ${timeZone}`}`;
}
