import { isPlainValue } from '../pgtype/is-plain-value.ts';
import { OID } from '../pgtype/oid.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { BoundParameters, StatementContext } from './query.ts';

/** The first oid that is not PostgreSQL's own (FirstNormalObjectId). */
const FIRST_USER_OID = 16384;

/** See `Database.checkParameters`. */
export function checkParameters(
  parts: DatabaseParts,
  oids: readonly number[],
  bound: BoundParameters,
  context: StatementContext,
  signal: () => AbortSignal,
): Promise<void> | undefined {
  const isDoubtful = (index: number): boolean => {
    const value = bound.values[index] ?? null;
    const format = bound.formats.length > 1 ? bound.formats[index] : bound.formats[0];
    return value !== null && !isPlainValue(oids[index]!, format === 1, value);
  };
  if (!oids.some((_, index) => isDoubtful(index))) return undefined;
  // Types of the session's own are known to its private instance only, which reads their values when it runs.
  if (context.temporary?.isInUse === true && oids.some((oid) => oid >= FIRST_USER_OID)) return undefined;
  return parts.postgres.checkParameters(
    { role: context.role, settings: context.settings },
    { oids: oids.map((oid) => (oid === OID.unknown ? OID.text : oid)), formats: bound.formats, values: bound.values },
    signal(),
  );
}
