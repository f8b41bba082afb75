import type { TableName } from '../catalog/catalog.ts';
import type { NoticeFields } from '../postgres/postgres.ts';

export function notice(sqlstate: string, message: string): NoticeFields {
  return { severity: 'NOTICE', sqlstate, message };
}

export function warning(message: string): NoticeFields {
  return { severity: 'WARNING', sqlstate: '01000', message };
}

/** What Postgres says of IF NOT EXISTS on something that exists. */
export function alreadyExists(kind: 'relation' | 'schema' | 'column', name: string, sqlstate: string): NoticeFields {
  return notice(sqlstate, `${kind} "${name}" already exists, skipping`);
}

/** What Postgres says of IF EXISTS on something that does not. */
export function doesNotExist(kind: 'table' | 'schema' | 'column' | 'relation' | 'index', name: string): NoticeFields {
  return notice('00000', `${kind} "${name}" does not exist, skipping`);
}

export function unenforcedKey(table: TableName): NoticeFields {
  return warning(`primary key of "${table.name}" is recorded as identifier fields but not enforced`);
}

/** What Postgres says of objects that went along (dependency.c: reportDependentObjects). */
export function cascadeNotice(objects: readonly string[]): readonly NoticeFields[] {
  const lines = objects.map((object) => `drop cascades to ${object}`);
  if (lines.length < 2) return lines.map((line) => notice('00000', line));
  return [{ ...notice('00000', `drop cascades to ${lines.length} other objects`), detail: lines.join('\n') }];
}
