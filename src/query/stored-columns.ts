import { notSupported } from '../base/sql-error.ts';
import type { ColumnDefinition } from '../postgres/table-definition.ts';
import type { Field, ResultEncoding } from '../pgtype/pgtype.ts';
import { icebergTypeOf } from '../translate/iceberg-type-of.ts';
import { stored } from '../translate/stored-form.ts';
import type { Translation } from '../translate/translate.ts';

export type StoredColumns = {
  readonly columns: readonly Omit<ColumnDefinition, 'name'>[];
  /** The query's rows with columns of exactly these types, in order. */
  readonly sql: string;
};

const NUMERIC_OID = 1700;
const UNKNOWN_OID = 705;
const TEXT_OID = 25;
/** Iceberg's and DuckDB's widest decimal. */
const MAX_PRECISION = 38;

/**
 * How a query's columns are stored by CREATE TABLE AS. A numeric without a declared scale is stored only where every
 * value has the same one, as numeric(38, scale); a quotient or average has a scale per value and must be cast.
 */
export function storedColumns(translation: Translation, fields: readonly Field[]): StoredColumns {
  const stored = fields.map((field, index) => storedColumn(field, translation.columns[index]));
  const width = Math.max(...stored.map(({ source }) => source)) + 1;
  const names = Array.from({ length: width }, (_, index) => `v${index}`).join(', ');
  const selected = stored.map(({ expression }) => expression).join(', ');
  return {
    columns: stored.map(({ typeOid, typmod }) => ({ typeOid, typmod, notNull: false })),
    sql: `SELECT ${selected} FROM (${translation.sql}) AS q(${names})`,
  };
}

function storedColumn(
  field: Field,
  encoding: ResultEncoding | undefined,
): { readonly source: number; readonly expression: string; readonly typeOid: number; readonly typmod: number } {
  if (encoding?.kind === 'plain') {
    const typeOid = field.typeOid === UNKNOWN_OID ? TEXT_OID : field.typeOid;
    const { column } = encoding;
    const type = icebergTypeOf({ name: field.name, typeOid, typmod: field.typmod }, () => 0);
    const expression = stored(`v${column}`, { typeOid, typmod: field.typmod, type });
    return { source: column, expression, typeOid, typmod: field.typmod };
  }
  if (encoding?.kind === 'numeric' && field.typmod < 0 && typeof encoding.displayScale !== 'number') {
    const expression = `pg_numeric_text(v${encoding.column}, v${encoding.displayScale.column})`;
    return {
      source: Math.max(encoding.column, encoding.displayScale.column),
      expression,
      typeOid: NUMERIC_OID,
      typmod: -1,
    };
  }
  if (encoding?.kind !== 'numeric' || (field.typmod < 0 && typeof encoding.displayScale !== 'number'))
    throw notSupported(
      `column "${field.name}" of type numeric without a scale`,
      `Cast it, e.g. to numeric(${MAX_PRECISION}, 6): Iceberg decimals have one scale for all rows.`,
    );
  const declared = field.typmod - 4;
  const precision = field.typmod >= 0 ? (declared >> 16) & 0xffff : MAX_PRECISION;
  const scale = field.typmod >= 0 ? declared & 0x7ff : (encoding.displayScale as number);
  return {
    source: encoding.column,
    expression: `CAST(v${encoding.column} AS DECIMAL(${precision}, ${scale}))`,
    typeOid: NUMERIC_OID,
    typmod: ((precision << 16) | scale) + 4,
  };
}
