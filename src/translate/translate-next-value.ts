import { OID } from '../pgtype/oid.ts';
import { constValue } from '../tree/const-value.ts';
import type { Expression } from '../tree/expression.ts';
import { unsupported } from './errors.ts';
import { duckdbType } from './function/duckdb-type.ts';
import type { Scope, Value } from './scope.ts';
import { engineSequence } from './translate.ts';

/** nextval(regclass) in pg_proc. */
export const NEXTVAL_OID = 1574;

/** nextval() of a named sequence, or the next value of an identity column's own. */
export function translateNextValue(
  sequence: Expression | number,
  typeOid: number,
  scope: Scope,
  location?: number,
): Value {
  const { sequences } = scope.statement;
  const oid = typeof sequence === 'number' ? sequence : oidOf(sequence);
  if (sequences === undefined)
    throw unsupported(
      'nextval() in a query over tables',
      location,
      'Call it in INSERT, UPDATE or MERGE, or without tables.',
    );
  if (oid === undefined) throw unsupported('nextval() of a sequence that is computed', location, 'Name the sequence.');
  sequences.add(oid);
  const sql = `nextval('${engineSequence(oid)}')`;
  return { sql: typeOid === OID.int8 ? sql : `CAST(${sql} AS ${duckdbType(typeOid)})`, typeOid, typmod: -1 };
}

function oidOf(sequence: Expression): number | undefined {
  const value = sequence.node === 'CONST' ? constValue(sequence) : undefined;
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}
