import type { IcebergValue, NestedField } from '../../iceberg/iceberg.ts';
import type { MappedField, PlannedFile } from '../../plan/plan.ts';
import { noFieldIds } from '../errors.ts';
import type { ColumnSource } from './column-source.ts';
import { columnSource } from './column-source.ts';
import { duckdbConstant, duckdbType } from './duckdb-type.ts';
import type { PhysicalSchema } from './physical-schema.ts';
import { readerGuard } from './reader-guard.ts';
import { sqlName } from '../../base/sql-name.ts';
import { storedNames } from './stored-names.ts';

/** A file to read: where it is on this machine, and its own schema. */
export type LocalFile = {
  readonly planned: PlannedFile;
  /** Index into the plan's files. */
  readonly index: number;
  readonly path: string;
  readonly schema: PhysicalSchema;
  readonly hasFloatBloom: boolean;
  readonly hasBytesBloom: boolean;
};

export type FileColumn = { readonly alias: string; readonly field: NestedField };

/**
 * SQL that reads files of one physical schema: `columns` under their aliases, `row_file` (index into the plan's files)
 * and `row_position`. `filesVariable` is the DuckDB variable that will hold the paths in this order.
 */
export function readFilesSql(
  files: readonly LocalFile[],
  columns: readonly FileColumn[],
  mapping: readonly MappedField[] | undefined,
  filesVariable: string,
  table: string,
): string {
  const { schema } = files[0]!;
  if (!schema.hasFieldIds && mapping === undefined) throw noFieldIds(table, files[0]!.planned.file.path);
  const guard = readerGuard(files.map((local) => ({ ...local, file: local.planned.file })));
  const names = storedNames(
    columns.map(({ field }) => field),
    schema,
  );
  const declared: string[] = [];
  const outputs = columns.map(({ alias, field }, i) => {
    if (names !== undefined) return `${sqlName(names[i]!)} AS ${alias}`;
    const source = columnSource(field, schema, mapping, guard);
    if (source === undefined) return `${missingColumn(field, files)} AS ${alias}`;
    declared.push(declaration(source, `f${field.id}`));
    return `${source.expression(`f${field.id}`)} AS ${alias}`;
  });
  const unique = [...new Set(declared)];
  const total = files.reduce((sum, { planned }) => sum + planned.file.recordCount, 0);
  const options = [
    `getvariable('${filesVariable}')`,
    // Without declared columns the reader is left to itself: names mean what stands in the files.
    ...(unique.length > 0 ? [`schema = MAP {${unique.join(', ')}}`] : ['hive_partitioning = false']),
    `explicit_cardinality = ${Math.max(1, total)}`,
  ];
  const isWhole = files.every(({ index }, i) => index === i);
  const rowFile = isWhole
    ? 'file_index'
    : `(${longList(files.map(({ index }) => index))})[file_index::INTEGER + 1]::UBIGINT`;
  return `SELECT ${[...outputs, `${rowFile} AS row_file`, 'file_row_number AS row_position'].join(', ')}
 FROM read_parquet(${options.join(', ')})`;
}

function declaration({ key, declaredType }: ColumnSource, name: string): string {
  return `${key}: {name: '${name}', type: '${declaredType.replaceAll("'", "''")}', default_value: NULL}`;
}

function longList(numbers: readonly number[]): string {
  return `[${numbers.join(', ')}]::BIGINT[]`;
}

/** Spec, Column Projection: the value of an identity partition field, else null. */
function missingColumn(field: NestedField, files: readonly LocalFile[]): string {
  const values = files.map(({ planned }) => identityValue(planned, field));
  if (values.every((value) => value === null)) return `NULL::${duckdbType(field.type)}`;
  const constants = values.map((value) => duckdbConstant(field.type, value));
  if (new Set(constants).size === 1) return `${constants[0]}::${duckdbType(field.type)}`;
  return `([${constants.join(', ')}]::${duckdbType(field.type)}[])[file_index::INTEGER + 1]`;
}

function identityValue({ file, spec }: PlannedFile, field: NestedField): IcebergValue {
  const at = spec.fields.findIndex(({ sourceId, transform }) => sourceId === field.id && transform.kind === 'identity');
  return at === -1 ? null : (file.partition[at] ?? null);
}
