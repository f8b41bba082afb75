import { FUNCTION_ROWS } from './function-rows.ts';

/** A built-in function, aggregate or window function. */
export type BuiltInFunction = {
  readonly oid: number;
  readonly name: string;
  /** With internal type names, e.g. `int4div(int4,int4)`. */
  readonly signature: string;
  /** i immutable, s stable, v volatile. */
  readonly volatility: string;
  /** f function, a aggregate, w window function, p procedure. */
  readonly kind: string;
  readonly returnsSet: boolean;
};

export function functionByOid(oid: number): BuiltInFunction | undefined {
  return BY_OID.get(oid);
}

const BY_OID: ReadonlyMap<number, BuiltInFunction> = new Map(
  FUNCTION_ROWS.trim()
    .split(/\s+/)
    .map((row) => {
      const [oid, flags, signature] = row.split(':') as [string, string, string];
      const name = signature.slice(0, signature.indexOf('('));
      return [
        Number(oid),
        { oid: Number(oid), name, signature, volatility: flags[0]!, kind: flags[1]!, returnsSet: flags[2] === 's' },
      ];
    }),
);
