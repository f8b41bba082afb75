import { SqlError } from '../base/sql-error.ts';
import type { Translation } from '../translate/translate.ts';
import type { Route } from './prepare-statement.ts';

/** The engine's SQL of a query that must be the engine's own; raises what has no translation. */
export function engineTranslation(route: Route): Translation {
  if (route.kind === 'select') return route.translation;
  if (route.kind === 'finish') throw route.plan.reason;
  throw new SqlError({ sqlstate: 'XX000', message: 'a statement for the engine is no query' });
}
