import { SqlError } from '../base/sql-error.ts';

export function readOnlyCatalog(catalog: string): SqlError {
  return new SqlError({ sqlstate: '25006', message: `cannot change catalog "${catalog}": it is read-only` });
}

export function catalogBusy(catalog: string, waitedMs: number, cause: unknown): SqlError {
  const message = `catalog "${catalog}" is locked by another process`;
  return new SqlError({ sqlstate: '55P03', message, detail: `Waited ${waitedMs} ms.` }, { cause });
}

export function notACatalogUri(uri: string): SqlError {
  return new SqlError({
    sqlstate: '22023',
    message: `catalog uri "${uri}" is not usable`,
    hint: 'Write sqlite: and the path of the database file.',
  });
}

export function cannotOpenCatalog(catalog: string, path: string, cause: unknown): SqlError {
  const message = `cannot open catalog "${catalog}" at "${path}": ${(cause as Error).message}`;
  return new SqlError({ sqlstate: '58030', message }, { cause });
}

export function namespacePartNotUsable(part: string): SqlError {
  return new SqlError({
    sqlstate: '42602',
    message: `namespace part "${part}" is not usable`,
    detail: 'The catalog joins the parts of a namespace with dots.',
  });
}

/** 58030 for an error of SQLite, which has a code; others as they are. */
export function fromSqliteError(catalog: string, error: unknown): unknown {
  if ((error as { errcode?: number }).errcode === undefined) return error;
  const message = `catalog "${catalog}": ${(error as Error).message}`;
  return new SqlError({ sqlstate: '58030', message }, { cause: error });
}
