import { notSupported, SqlError } from '../../base/sql-error.ts';
import { sqlName } from '../../base/sql-name.ts';
import { sqlText } from '../../base/sql-text.ts';
import type { EngineConnection, EngineStatement } from '../../engine/engine.ts';
import { duckdbType } from '../../engine/scan/duckdb-type.ts';
import { OID } from '../../pgtype/oid.ts';
import type { MirroredColumn } from '../../translate/translate.ts';

const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT'];
/** Besides integers and decimals: what a file's type may become without loss. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  BOOLEAN: ['BOOLEAN'],
  FLOAT: ['FLOAT', 'DOUBLE'],
  DOUBLE: ['DOUBLE'],
  DATE: ['DATE'],
  TIME: ['TIME'],
  TIMESTAMP: ['TIMESTAMP'],
  TIMESTAMP_S: ['TIMESTAMP'],
  TIMESTAMP_MS: ['TIMESTAMP'],
  'TIMESTAMP WITH TIME ZONE': ['TIMESTAMPTZ'],
  VARCHAR: ['VARCHAR'],
  BLOB: ['BLOB'],
  UUID: ['UUID'],
};

/**
 * Fills the temp table `copied` from a Parquet file; answers the rows. Columns are found by name: the file has exactly
 * those that are copied, of types that lose nothing.
 */
export async function loadParquet(
  connection: EngineConnection,
  path: string,
  columns: readonly MirroredColumn[],
  keepLines: boolean,
): Promise<number> {
  const plain = (sql: string): EngineStatement => ({ sql, scans: [], parameters: [], timeZone: 'UTC' });
  const file = `read_parquet(${sqlText(path)}, hive_partitioning = false)`;
  const described = await connection.values(
    plain(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${file})`),
  );
  const types = new Map(described.map(([name, type]) => [name as string, type as string]));
  for (const { field } of columns)
    if (!types.has(field.name)) throw fileColumn(`the file has no column "${field.name}"`);
  for (const name of types.keys())
    if (!columns.some(({ field }) => field.name === name))
      throw fileColumn(`column "${name}" of the file is not copied`);
  const values = columns.map((column) => converted(column, types.get(column.field.name)!));
  const lines = keepLines ? [`row_number() OVER ()`, `''`] : [];
  return Number(
    await connection.run(plain(`INSERT INTO copied SELECT ${[...values, ...lines].join(', ')} FROM ${file}`)),
  );
}

function converted({ field, typeOid, typmod }: MirroredColumn, type: string): string {
  const name = sqlName(field.name);
  if (typeof field.type === 'object' && field.type.kind !== 'decimal')
    throw notSupported(`column "${field.name}" of a nested type in this format`, 'Use the text format.');
  const target = duckdbType(field.type);
  const isOwnText = field.type !== 'string' || typeOid === OID.text || (typeOid === OID.varchar && typmod < 0);
  if (!isOwnText) throw notSupported(`column "${field.name}" of this type in this format`, 'Use the text format.');
  if (!loses(type, target)) {
    const value = typeOid === OID.int2 ? `CAST(${name} AS SMALLINT)` : name;
    return `CAST(${value} AS ${target})`;
  }
  throw new SqlError({
    sqlstate: '42804',
    message: `column "${field.name}" is of type ${target.toLowerCase()} but the file has ${type.toLowerCase()}`,
    hint: 'Cast the column before the file is written.',
  });
}

function loses(from: string, to: string): boolean {
  const target = /^DECIMAL\((\d+), ?(\d+)\)$/.exec(to);
  if (INTEGERS.includes(from)) return !(INTEGERS.includes(to) || target !== null);
  const source = /^DECIMAL\((\d+), ?(\d+)\)$/.exec(from);
  if (source !== null) return target === null || Number(source[2]) > Number(target[2]);
  return SAME[from]?.includes(to) !== true;
}

function fileColumn(message: string): SqlError {
  return new SqlError({ sqlstate: '22P04', message });
}
