import { sqlName } from '../base/sql-name.ts';
import { sqlText } from '../base/sql-text.ts';
import type { RoleAttributes, RoleChange } from './governance.ts';

/** The statement that a role change is, in Postgres' words; holds a verifier, never a password. */
export function roleDdl(change: RoleChange): string {
  const name = sqlName(change.role);
  if (change.kind === 'drop') return `DROP ROLE ${name}`;
  const command = change.kind === 'create' ? 'CREATE' : 'ALTER';
  return [`${command} ROLE ${name}`, ...options(change.attributes)].join(' ');
}

/** What an embedded Postgres has to be told of a change that was made by a role, as its superuser. */
export function replayDdl(change: RoleChange, by: string): readonly string[] {
  if (change.kind !== 'create') return [roleDdl(change)];
  const name = sqlName(change.role);
  return [
    roleDdl(change),
    `GRANT pg_read_all_data, pg_write_all_data TO ${name}`,
    // What Postgres itself grants to a creator that is no superuser (CreateRole in user.c).
    `GRANT ${name} TO ${sqlName(by)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
  ];
}

const FLAGS: readonly (readonly [keyof RoleAttributes, string])[] = [
  ['login', 'LOGIN'],
  ['inherit', 'INHERIT'],
  ['createRole', 'CREATEROLE'],
  ['createDatabase', 'CREATEDB'],
  ['superuser', 'SUPERUSER'],
  ['replication', 'REPLICATION'],
  ['bypassRls', 'BYPASSRLS'],
];

function options(attributes: RoleAttributes): readonly string[] {
  const { connectionLimit, validUntil, verifier } = attributes;
  return [
    ...FLAGS.flatMap(([name, word]) => {
      const value = attributes[name];
      return value === undefined ? [] : [value === true ? word : `NO${word}`];
    }),
    ...(connectionLimit === undefined ? [] : [`CONNECTION LIMIT ${connectionLimit}`]),
    ...(validUntil === undefined ? [] : [`VALID UNTIL ${sqlText(validUntil)}`]),
    ...(verifier === undefined ? [] : [`PASSWORD ${verifier === null ? 'NULL' : sqlText(verifier)}`]),
  ];
}
