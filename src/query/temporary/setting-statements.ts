import { sqlName } from '../../base/sql-name.ts';
import { sqlText } from '../../base/sql-text.ts';

/** SET statements that lead from the settings an instance has to those of the session; `SELECT 1` where none do. */
export function settingStatements(wanted: ReadonlyMap<string, string>, held: ReadonlyMap<string, string>): string {
  const changed = [...wanted].filter(([name, value]) => held.get(name) !== value);
  return changed.map(([name, value]) => settingStatement(name, value)).join('; ') || 'SELECT 1';
}

function settingStatement(name: string, value: string): string {
  if (name.toLowerCase() === 'search_path') return `SET search_path TO ${schemaList(value)}`;
  const quoted = name.split('.').map(sqlName).join('.');
  return `SET ${quoted} TO ${sqlText(value)}`;
}

/** A list of names as SHOW prints it becomes one of identifiers: as a string it would be a single name. */
function schemaList(value: string): string {
  const names = [...value.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').toLowerCase() : quoted.replaceAll('""', '"'),
  );
  return names.length === 0 ? "''" : names.map(sqlName).join(', ');
}
