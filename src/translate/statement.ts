import type { EngineParameter, MirroredRelation, PredicateTemplate, ScanRequest } from './translate.ts';
import type { RangeTblEntry } from '../tree/tree.ts';
import type { Environment } from './environment.ts';
import type { Recursion } from './scope.ts';

/** What a translation collects on its way through the tree. */
export type Statement = {
  readonly environment: Environment;
  readonly recursion: Recursion;
  /** A number for the next query level. */
  readonly nextNumber: () => number;
  readonly addScan: (relation: MirroredRelation, entry: RangeTblEntry) => OpenScan;
  /** Scans that stand for a range table entry. */
  readonly scansOf: (entry: RangeTblEntry) => readonly OpenScan[];
  /** The engine parameter's 0-based index; equal ones share it. */
  readonly addParameter: (parameter: EngineParameter) => number;
  /** Where nextval() may be called, the oids of the sequences; undefined elsewhere. */
  readonly sequences: Set<number> | undefined;
  readonly scans: () => readonly ScanRequest[];
  readonly parameters: () => readonly EngineParameter[];
};

/** A scan whose columns and predicate become known as the tree is walked. */
export type OpenScan = {
  readonly index: number;
  readonly relation: MirroredRelation;
  readonly attnums: Set<number>;
  positions: boolean;
  predicate: PredicateTemplate;
  /** FOR UPDATE and the like, as the client says it. */
  lock?: string;
  /** DELETE's target: what holds of every row that stays. */
  keeps?: PredicateTemplate;
};

export function newStatement(environment: Environment, recursion: Recursion, sequences?: Set<number>): Statement {
  const scans: OpenScan[] = [];
  const parameters: EngineParameter[] = [];
  const indexes = new Map<string, number>();
  const byEntry = new Map<RangeTblEntry, readonly OpenScan[]>();
  let number = 0;
  return {
    environment,
    recursion,
    sequences,
    nextNumber: () => ++number,
    addScan(relation, entry) {
      const scan: OpenScan = {
        index: scans.length,
        relation,
        attnums: new Set(),
        positions: false,
        predicate: { kind: 'true' },
      };
      scans.push(scan);
      byEntry.set(entry, [...(byEntry.get(entry) ?? []), scan]);
      return scan;
    },
    scansOf: (entry) => byEntry.get(entry) ?? [],
    addParameter(parameter) {
      const key = JSON.stringify(parameter);
      const known = indexes.get(key);
      if (known !== undefined) return known;
      indexes.set(key, parameters.length);
      return parameters.push(parameter) - 1;
    },
    scans: () =>
      scans.map(({ relation, attnums, positions, predicate, keeps, lock }) => ({
        relation,
        attnums: [...attnums].toSorted((a, b) => a - b),
        positions,
        predicate,
        ...(keeps !== undefined && { keeps }),
        ...(lock !== undefined && { lock }),
      })),
    parameters: () => parameters,
  };
}
