import type { Type } from '../../iceberg/iceberg.ts';
import { OID } from '../../pgtype/oid.ts';
import type { PrivatePostgres } from '../../postgres/private/private-postgres.ts';
import { dataRowValues } from '../../postgres/read-reply.ts';
import { sqlName } from '../../base/sql-name.ts';
import { declaredTypeMatters, icebergTypeOf } from '../../translate/iceberg-type-of.ts';

/** A column of a temporary table as the engine would hold it. */
export type TemporaryColumn = {
  readonly name: string;
  readonly type: Type;
  /** What the Iceberg type does not say, as format_type prints it. */
  readonly declaredType?: string;
  /** The Postgres type of a column that the engine cannot hold; statements that read it are refused. */
  readonly refused?: string;
};

/** Decimals of the engine. */
const MAX_DIGITS = 38;

/** The columns of a relation of the private instance, in order. */
export async function temporaryColumns(instance: PrivatePostgres, oid: number): Promise<readonly TemporaryColumn[]> {
  const answers = await instance.command(
    `SELECT attname, atttypid, atttypmod, pg_catalog.format_type(atttypid, atttypmod), attndims, ${oid}::pg_catalog.regclass
     FROM pg_catalog.pg_attribute WHERE attrelid = ${oid} AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
  );
  const columns: TemporaryColumn[] = [];
  for (const row of answers[0]?.rows ?? []) {
    const [name = '', typeOid, typmod, declared = '', dimensions, relation = ''] = dataRowValues(row).map((value) =>
      Buffer.from(value ?? []).toString('utf8'),
    );
    const column = { name, typeOid: Number(typeOid), typmod: Number(typmod), dimensions: Number(dimensions) };
    const scale =
      column.typeOid === OID.numeric && column.typmod < 0 ? await commonScale(instance, relation, name) : undefined;
    columns.push(scale === undefined ? columnOf(column, declared) : { name, type: scale });
  }
  return columns;
}

function columnOf(
  column: { readonly name: string; readonly typeOid: number; readonly typmod: number; readonly dimensions: number },
  declared: string,
): TemporaryColumn {
  const { name } = column;
  try {
    const type = icebergTypeOf(column, () => 0);
    return { name, type, ...(declaredTypeMatters(column) && { declaredType: declared }) };
  } catch {
    return { name, type: 'unknown', refused: declared };
  }
}

/** A numeric column without a declared scale can be held where all its values have the same; undefined where not. */
async function commonScale(instance: PrivatePostgres, relation: string, column: string): Promise<Type | undefined> {
  const value = sqlName(column);
  const answers = await instance.command(
    `SELECT coalesce(min(pg_catalog.scale(${value})), 0), coalesce(max(pg_catalog.scale(${value})), 0),
      count(*) FILTER (WHERE pg_catalog.scale(${value}) IS NULL AND ${value} IS NOT NULL) FROM ${relation}`,
  );
  const [least, most, special] = dataRowValues(answers[0]!.rows[0]!).map((digits) =>
    Number(Buffer.from(digits ?? []).toString('utf8')),
  );
  if (special !== 0 || least !== most || least === undefined || least > MAX_DIGITS) return undefined;
  return { kind: 'decimal', precision: MAX_DIGITS, scale: least };
}
