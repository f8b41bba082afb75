import type { SqlError } from '../../base/sql-error.ts';
import { notSupported } from '../../base/sql-error.ts';
import type { Call } from './template.ts';

/** 0A000: the function is translated, but not with these arguments; `reason` completes "... is not supported: ". */
export function unsupportedCall(call: Call, reason: string): SqlError {
  return notSupported(`function ${call.signature} here`, reason);
}

/** 0A000 when running: the exact value does not fit what DuckDB can hold. */
export function unsupportedValue(what: string): SqlError {
  return notSupported(what, 'cast the value to numeric(38, n) or to double precision');
}
