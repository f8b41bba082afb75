import { SqlError } from '../base/sql-error.ts';

/** Table properties of Iceberg (docs: Configuration); what is written under another name would mean nothing to anyone. */
const KNOWN =
  /^(write|read|commit|history|encryption|schema\.name-mapping|compatibility|metadata)\.|^(comment|owner|gc\.enabled)$/;

/** 42939 for what the gateway keeps for itself, 22023 for names that are no table properties. */
export function checkPropertyName(key: string): void {
  if (key.startsWith('bergwire.')) throw reservedProperty(key);
  if (!KNOWN.test(key)) throw unknownOption(key);
}

/** Defaults, types and checks are kept under this prefix, as Postgres printed them; nothing else may get there. */
function reservedProperty(key: string): SqlError {
  return new SqlError({
    sqlstate: '42939',
    message: `table property "${key}" is reserved`,
    hint: 'Declare types, DEFAULT and CHECK with the columns.',
  });
}

function unknownOption(key: string): SqlError {
  return new SqlError({
    sqlstate: '22023',
    message: `unrecognized parameter "${key}"`,
    hint: 'WITH takes format-version, location and table properties of Iceberg such as "write.target-file-size-bytes".',
  });
}
