import { SqlError, notSupported } from '../base/sql-error.ts';

const REPORT = 'Rewrite the statement without it.';

/** 0A000 for a construct of the language; `location` is a byte offset, turned into a position by who knows the text. */
export function unsupported(what: string, location?: number, hint = REPORT): SqlError {
  return notSupported(what, hint, positionOf(location));
}

export function unsupportedFunction(signature: string, location?: number): SqlError {
  return notSupported(
    `function ${signature} over table columns`,
    'It has no translation that is known to give the same answer; compute it outside the query.',
    positionOf(location),
  );
}

export function unsupportedType(what: string, location?: number): SqlError {
  return notSupported(
    `type ${what} in a computed expression`,
    'Cast the value to a supported type.',
    positionOf(location),
  );
}

export function negativeLimit(): SqlError {
  return new SqlError({ sqlstate: '2201W', message: 'LIMIT must not be negative' });
}

export function negativeOffset(): SqlError {
  return new SqlError({ sqlstate: '2201X', message: 'OFFSET must not be negative' });
}

export function nestedTooDeeply(): SqlError {
  return new SqlError({
    sqlstate: '54001',
    message: 'stack depth limit exceeded',
    hint: 'The statement is nested too deeply; split it into parts.',
  });
}

/** Byte offsets of the tree count from 0, -1 is unknown. */
function positionOf(location: number | undefined): number | undefined {
  return location === undefined || location < 0 ? undefined : location + 1;
}

export function noArbiter(): SqlError {
  return new SqlError({
    sqlstate: '42P10',
    message: 'there is no unique or exclusion constraint matching the ON CONFLICT specification',
    hint: 'Keys are not enforced here. Use MERGE INTO ... USING ... WHEN MATCHED ... WHEN NOT MATCHED ..., which names them itself.',
  });
}
