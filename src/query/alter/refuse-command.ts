import type { AlterTableCmd, Constraint } from '@pgsql/types';
import { notSupported } from '../../base/sql-error.ts';

/** Commands that Postgres judges and the gateway can store. */
const KNOWN = new Set([
  'AT_AddColumn',
  'AT_DropColumn',
  'AT_AlterColumnType',
  'AT_SetNotNull',
  'AT_DropNotNull',
  'AT_ColumnDefault',
  'AT_AddConstraint',
  'AT_DropConstraint',
  'AT_ValidateConstraint',
  'AT_ChangeOwner',
]);

/** Raises 0A000 for what Iceberg tables cannot have. */
export function refuseCommand(command: AlterTableCmd): void {
  const subtype = command.subtype ?? '';
  if (!KNOWN.has(subtype))
    throw notSupported(
      `ALTER TABLE ... ${words(subtype)}`,
      'Columns, types, defaults, NOT NULL, CHECK, primary keys, properties, partition fields and sort orders can be changed.',
    );
  const { def } = command;
  if (def === undefined) return;
  if ('Constraint' in def) refuseConstraint(def.Constraint);
  if ('ColumnDef' in def)
    for (const node of def.ColumnDef.constraints ?? []) if ('Constraint' in node) refuseConstraint(node.Constraint);
}

function refuseConstraint({ contype, skip_validation: notValid }: Constraint): void {
  switch (contype) {
    case 'CONSTR_UNIQUE':
    case 'CONSTR_EXCLUSION':
    case 'CONSTR_FOREIGN':
      throw notSupported(
        `a ${words(contype).replace('FOREIGN', 'FOREIGN KEY')} constraint`,
        'Iceberg tables have no indexes to enforce them; leave the constraint out.',
      );
    case 'CONSTR_IDENTITY':
    case 'CONSTR_GENERATED':
      throw notSupported('a generated column', 'Compute the value in the statement that writes the row.');
    case 'CONSTR_NOTNULL':
      if (notValid === true) throw notSupported('NOT NULL NOT VALID', 'Set NOT NULL once no row has a null.');
      return;
    default:
  }
}

/** `AT_SetNotNull` reads as SET NOT NULL. */
function words(name: string): string {
  return name
    .replace(/^(AT|CONSTR)_/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
}
