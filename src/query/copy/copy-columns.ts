import type { CopyStmt } from '@pgsql/types';
import type { ColumnChoice, CopyOptions } from '../../copy/copy.ts';
import { columnNotReferenced, repeatedColumn, unknownColumn, unknownQueryColumn } from './errors.ts';

/** The statement's column list, checked against the relation's columns; all of them where there is none. */
export function copyColumns(node: CopyStmt, relation: string, known: readonly string[]): readonly string[] {
  const given = (node.attlist ?? []).flatMap((name) => ('String' in name ? [name.String.sval ?? ''] : []));
  if (given.length === 0) return known;
  const seen = new Set<string>();
  for (const name of given) {
    if (!known.includes(name)) throw unknownColumn(name, relation);
    if (seen.has(name)) throw repeatedColumn(name);
    seen.add(name);
  }
  return given;
}

/** Columns that FORCE_* options name must be copied; `relation` is undefined for a query. */
export function checkForced(
  options: CopyOptions,
  copied: readonly string[],
  known: readonly string[],
  relation: string | undefined,
): void {
  const check = (option: string, choice: ColumnChoice): void => {
    if (choice === '*') return;
    const seen = new Set<string>();
    for (const name of choice) {
      if (!known.includes(name))
        throw relation === undefined ? unknownQueryColumn(name) : unknownColumn(name, relation);
      if (seen.has(name)) throw repeatedColumn(name);
      seen.add(name);
      if (!copied.includes(name)) throw columnNotReferenced(option, name);
    }
  };
  check('FORCE_QUOTE', options.forceQuote);
  check('FORCE_NOT_NULL', options.forceNotNull);
  check('FORCE_NULL', options.forceNull);
}
