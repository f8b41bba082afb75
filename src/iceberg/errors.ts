import { SqlError } from '../base/sql-error.ts';

/** XX001: a metadata file, manifest list or manifest that breaks the specification. */
export function malformed(what: string, why: string, cause?: unknown): SqlError {
  return new SqlError({ sqlstate: 'XX001', message: `${what} is malformed: ${why}` }, { cause });
}

/** 0A000: readers must refuse a format version that they do not know. */
export function formatVersionNotSupported(version: number): SqlError {
  return new SqlError({
    sqlstate: '0A000',
    message: `Iceberg format version ${version} is not supported`,
    hint: 'Versions 1, 2 and 3 are read.',
  });
}

export function duplicateColumn(name: string): SqlError {
  return new SqlError({ sqlstate: '42701', message: `column "${name}" already exists` });
}

export function columnInUse(names: readonly string[], user: string): SqlError {
  return new SqlError({
    sqlstate: '2BP01',
    message: `cannot drop column "${names.join('.')}" because the ${user} depends on it`,
    hint: HINTS.get(user) ?? 'Drop that first.',
  });
}

/** 42P16: its files and their order were made by the old values. */
export function columnKeepsType(name: string, user: string): SqlError {
  return new SqlError({
    sqlstate: '42P16',
    message: `cannot alter type of column "${name}" because it is part of the ${user}`,
    hint: HINTS.get(user) ?? 'Drop that first.',
  });
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['partition spec', 'ALTER TABLE ... DROP PARTITION FIELD first.'],
  ['sort order', 'ALTER TABLE ... WRITE UNORDERED, or WRITE ORDERED BY other columns, first.'],
]);
