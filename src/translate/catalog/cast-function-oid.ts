import { CAST_ROWS } from './cast-rows.ts';

/** The function of a cast between built-in types (0: none is needed); undefined where pg_cast has no such cast. */
export function castFunctionOid(source: string, target: string): number | undefined {
  return CASTS.get(`${source} ${target}`);
}

const CASTS: ReadonlyMap<string, number> = new Map(
  CAST_ROWS.trim()
    .split(/\s+/)
    .map((row) => {
      const [source, target, functionOid] = row.split(':') as [string, string, string];
      return [`${source} ${target}`, Number(functionOid)];
    }),
);
