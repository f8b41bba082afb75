import { OID } from '../pgtype/oid.ts';
import type { RangeTblEntry } from '../tree/tree.ts';
import { RTE } from '../tree/tree.ts';
import { unifyColumn } from './translate-case.ts';
import { decimalOfTypmod } from './decimal-of-typmod.ts';
import { unsupported } from './errors.ts';
import { translateSetReturning } from './set-returning.ts';
import type { Column, Entry, Scope, Value } from './scope.ts';
import { ancestor, columnOf } from './scope.ts';
import type { OpenScan } from './statement.ts';
import { loaded } from './stored-form.ts';
import type { StoredColumn } from './stored-form.ts';
import { scanMarker } from './translate.ts';
import type { MirroredColumn } from './translate.ts';

/** The name in FROM of a range table entry. */
export function aliasOf(scope: Scope, rtindex: number): string {
  return `t${scope.number}_${rtindex}`;
}

/** What stands in FROM for a range table entry; registers how its columns are read. */
export function translateRangeEntry(entry: RangeTblEntry, rtindex: number, scope: Scope): string {
  const alias = aliasOf(scope, rtindex);
  if (entry.tablesample) throw unsupported('TABLESAMPLE');
  switch (entry.rtekind) {
    case RTE.relation:
      return relation(entry, rtindex, alias, scope);
    case RTE.subquery: {
      const { statement } = scope;
      const selected = statement.recursion.select(entry.subquery!, scope, statement);
      scope.entries.set(rtindex, columnsEntry(alias, selected.columns));
      const sql = withQuals(`(${selected.sql})`, entry, alias, scope);
      return `${entry.lateral ? 'LATERAL ' : ''}${sql} AS ${alias}`;
    }
    case RTE.function:
      return translateSetReturning(
        entry,
        alias,
        (columns) => scope.entries.set(rtindex, columnsEntry(alias, columns)),
        scope,
      );
    case RTE.values:
      return values(entry, rtindex, alias, scope);
    case RTE.cte:
      return commonTable(entry, rtindex, alias, scope);
    case RTE.result:
      scope.entries.set(rtindex, columnsEntry(alias, []));
      return `(SELECT 1) AS ${alias}`;
    default:
      throw unsupported('this item of FROM');
  }
}

export function columnsEntry(alias: string, columns: readonly Column[]): Entry {
  return {
    column(attno, location) {
      const column = columns[attno - 1];
      if (column === undefined) throw unsupported('a system column', location);
      return columnOf(alias, attno - 1, column);
    },
  };
}

function relation(entry: RangeTblEntry, rtindex: number, alias: string, scope: Scope): string {
  const scan = openScan(entry, scope);
  scope.entries.set(rtindex, scanEntry(scan, alias));
  return `${withQuals(scanMarker(scan.index), entry, alias, scope)} AS ${alias}`;
}

export function openScan(entry: RangeTblEntry, scope: Scope): OpenScan {
  const mirrored = scope.statement.environment.relation(entry.relid ?? 0);
  if (mirrored === undefined)
    throw unsupported(
      `a catalog relation (${entry.eref.aliasname}) in one statement with tables`,
      undefined,
      'Query the catalog in a statement of its own.',
    );
  return scope.statement.addScan(mirrored, entry);
}

/** Columns of a scan; each one that is read is asked for. */
export function scanEntry(scan: OpenScan, alias: string): Entry {
  return {
    column(attno, location) {
      const column = scan.relation.columns[attno - 1];
      if (column === undefined) throw unsupported('a system column', location);
      scan.attnums.add(attno);
      return { sql: loaded(`${alias}.c${attno}`, storedColumn(column)), ...mirroredColumn(column) };
    },
  };
}

export function storedColumn({ typeOid, typmod, field }: MirroredColumn): StoredColumn {
  return { typeOid, typmod, type: field.type };
}

export function mirroredColumn(column: MirroredColumn): Column {
  const { type } = column.field;
  return {
    typeOid: column.typeOid,
    typmod: column.typmod,
    nested: type,
    decimal:
      column.typeOid !== OID.numeric || type === 'string'
        ? undefined
        : typeof type === 'object' && type.kind === 'decimal'
          ? { precision: type.precision, scale: type.scale, displayScale: type.scale }
          : decimalOfTypmod(column.typmod),
  };
}

/** Row security: rows that the role may not see are gone before anything else looks at them. */
function withQuals(source: string, entry: RangeTblEntry, alias: string, scope: Scope): string {
  const quals = entry.securityQuals ?? [];
  if (quals.length === 0) return source;
  const conditions = quals.map((qual) => scope.statement.recursion.expression(qual, scope).sql);
  return `(SELECT * FROM ${source} AS ${alias} WHERE ${conditions.join(' AND ')})`;
}

function values(entry: RangeTblEntry, rtindex: number, alias: string, scope: Scope): string {
  const rows = (entry.values_lists ?? []).map((row) =>
    row.map((cell) => scope.statement.recursion.expression(cell, scope)),
  );
  const width = rows[0]?.length ?? 0;
  const columns: Column[] = [];
  const names: string[] = [];
  const cells: string[][] = rows.map(() => []);
  for (let index = 0; index < width; index++) {
    const column = rows.map((row) => row[index]!);
    const unified = unifyColumn(column);
    columns.push(columnOfValues(column, unified, entry, index));
    names.push(`c${index + 1}`);
    unified.values.forEach(({ sql }, row) => cells[row]!.push(sql));
    if (typeof unified.decimal?.displayScale !== 'string') continue;
    names.push(`c${index + 1}s`);
    unified.values.forEach(({ scale }, row) => cells[row]!.push(scale));
  }
  scope.entries.set(rtindex, columnsEntry(alias, columns));
  return `(VALUES ${cells.map((row) => `(${row.join(', ')})`).join(', ')}) AS ${alias}(${names.join(', ')})`;
}

function columnOfValues(
  values: readonly Value[],
  { decimal, nested }: Pick<Value, 'decimal' | 'nested'>,
  entry: RangeTblEntry,
  index: number,
): Column {
  const typeOid = entry.coltypes?.[index] ?? values[0]!.typeOid;
  return { typeOid, typmod: entry.coltypmods?.[index] ?? -1, decimal, nested };
}

function commonTable(entry: RangeTblEntry, rtindex: number, alias: string, scope: Scope): string {
  const level = ancestor(scope, entry.ctelevelsup ?? 0);
  const known = level.ctes.get(entry.ctename ?? '');
  if (known === undefined) throw unsupported('this reference to a common table expression');
  scope.entries.set(rtindex, columnsEntry(alias, known.columns));
  return `${known.name} AS ${alias}`;
}
