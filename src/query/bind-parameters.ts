import type { EngineValue } from '../engine/engine.ts';
import { decodeBinary, hasBinaryForm } from '../pgtype/decode-binary.ts';
import { decodeText } from '../pgtype/decode-text.ts';
import type { PgValue } from '../pgtype/pgtype.ts';
import type { EngineParameter } from '../translate/translate.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { BoundParameters, StatementContext } from './query.ts';
import { OID } from '../pgtype/oid.ts';
import { decodeUtf8 } from '../pgtype/decode-utf8.ts';

/**
 * The values of a translation's engine parameters for one execution. The client's own are decoded here where their
 * text reads alike under every setting; all other expressions are evaluated by the embedded Postgres in one batch.
 */
export async function bindParameters(
  parts: DatabaseParts,
  parameters: readonly EngineParameter[],
  oids: readonly number[],
  bound: BoundParameters,
  context: StatementContext,
  signal?: AbortSignal,
): Promise<readonly EngineValue[]> {
  const values = parameters.map((parameter) =>
    parameter.kind === 'client' ? clientValue(oids, bound, parameter.number) : undefined,
  );
  const open = parameters.flatMap((parameter, index) => (values[index] === undefined ? [{ parameter, index }] : []));
  if (open.length > 0) {
    const evaluated = await parts.postgres.evaluate(
      { role: context.role, settings: context.settings, startedAt: context.startedAt },
      open.map(({ parameter }) => ({
        sql: parameter.kind === 'client' ? `$${parameter.number}` : parameter.sql,
        typeOid: parameter.typeOid,
      })),
      { oids, formats: bound.formats, values: bound.values },
      signal,
    );
    for (const [position, { index }] of open.entries()) values[index] = evaluated[position] ?? null;
  }
  return parameters.map(({ typeOid }, index) => ({ value: values[index] ?? null, typeOid }));
}

const MAX_DIGITS = 38;
const LIMIT = 10n ** BigInt(MAX_DIGITS);

/** Digits after the point of the client's numeric parameters, by number; undefined where it has none of that type. */
export function numericScales(
  oids: readonly number[],
  bound: BoundParameters,
): ReadonlyMap<number, number> | undefined {
  const scales = new Map<number, number>();
  for (const [index, oid] of oids.entries()) {
    if (oid !== OID.numeric) continue;
    const value = clientValue(oids, bound, index + 1);
    if (typeof value !== 'object' || value === null || !('scale' in value)) continue;
    // One with more digits goes by its text.
    if (value.scale <= MAX_DIGITS && value.unscaled < LIMIT && value.unscaled > -LIMIT)
      scales.set(index + 1, value.scale);
  }
  return scales.size === 0 ? undefined : scales;
}

/** A parameter (1-based) as the client sent it, undefined where only Postgres should read its text. */
function clientValue(oids: readonly number[], bound: BoundParameters, number: number): PgValue | undefined {
  const bytes = bound.values[number - 1];
  const oid = oids[number - 1];
  if (bytes === null || bytes === undefined) return null;
  if (oid === undefined) return undefined;
  const binary = (bound.formats.length === 1 ? bound.formats[0] : bound.formats[number - 1]) === 1;
  if (binary && !hasBinaryForm(oid)) return undefined;
  return binary ? decodeBinary(oid, bytes) : decodeText(oid, decodeUtf8(bytes));
}
