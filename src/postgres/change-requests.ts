import { sqlName } from '../base/sql-name.ts';
import type { MirroredRelation } from '../translate/translate.ts';
import { columnNames } from './free-name.ts';
import type { FinishedChange, TargetOfChange } from './postgres.ts';
import { dataRowValues, type Answer } from './read-reply.ts';
import { query } from './request.ts';

/**
 * What surrounds a data-modifying statement that a lane runs over copied rows: before it the places of the target's
 * rows are noted, afterwards it is asked which of them are gone and which rows are new. An update is both.
 */
export function changeRequests({ relation, exports }: TargetOfChange): {
  readonly before: readonly Buffer[];
  readonly after: readonly Buffer[];
} {
  const target = mirroredName(relation);
  const copied = 'pg_temp.bergwire_copied';
  const names = columnNames(relation.columns.map((column) => column?.field.name ?? ''));
  const columns = exports.map(({ attnum, sql }) => sql(`t.${sqlName(names[attnum - 1]!)}`));
  return {
    // Rows that are copied into an empty table stand in it in their order.
    before: [
      query(
        `CREATE TEMP TABLE bergwire_copied AS
         SELECT pg_catalog.row_number() OVER (ORDER BY ctid) - 1 AS place, ctid AS id FROM ONLY ${target}`,
      ),
    ],
    after: [
      query(AS_SUPERUSER),
      query(
        `SELECT pg_catalog.string_agg(c.place::pg_catalog.text, ',') FROM ${copied} AS c
         WHERE NOT EXISTS (SELECT FROM ONLY ${target} AS t WHERE t.ctid = c.id)`,
      ),
      query(
        `SELECT ${columns.join(', ')} FROM ONLY ${target} AS t
         WHERE NOT EXISTS (SELECT FROM ${copied} AS c WHERE c.id = t.ctid)`,
      ),
    ],
  };
}

/** Reads the answers to `after`. */
export function readChange([, deleted, inserted]: readonly Answer[]): FinishedChange {
  const failed = deleted?.error ?? inserted?.error;
  if (failed !== undefined) throw failed;
  const places = deleted?.rows[0] && dataRowValues(deleted.rows[0])[0];
  return {
    deleted: places ? Buffer.from(places).toString() : '',
    inserted: inserted?.rows ?? [],
  };
}

export function mirroredName({ schemaName, relationName }: MirroredRelation): string {
  return `${sqlName(schemaName)}.${sqlName(relationName)}`;
}

/** The statement's role may lack the right to read; texts are those that the engine reads. */
const AS_SUPERUSER = [
  'SET LOCAL ROLE NONE',
  'SET LOCAL SESSION AUTHORIZATION postgres',
  'SET LOCAL search_path = pg_catalog',
  `SET LOCAL DateStyle = 'ISO, MDY'`,
  'SET LOCAL IntervalStyle = postgres',
  'SET LOCAL extra_float_digits = 1',
  'SET LOCAL bytea_output = hex',
].join('; ');
