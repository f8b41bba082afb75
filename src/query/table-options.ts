import { notSupported, SqlError } from '../base/sql-error.ts';
import { checkPropertyName } from './check-property-name.ts';

export type TableOptions = {
  readonly formatVersion: 1 | 2;
  readonly location?: string;
  readonly properties: Readonly<Record<string, string>>;
};

/** WITH (...) of CREATE TABLE: `format-version`, `location`, and Iceberg table properties as they are. */
export function tableOptions(given: ReadonlyMap<string, string>): TableOptions {
  const properties: Record<string, string> = {};
  let formatVersion: 1 | 2 = 2;
  let location: string | undefined;
  for (const [key, value] of given) {
    switch (key) {
      case 'format-version':
      case 'format_version':
        formatVersion = formatVersionOf(value);
        break;
      case 'location':
        location = value.replace(/\/+$/, '');
        break;
      case 'format':
      case 'write.format.default':
        if (value.toLowerCase() !== 'parquet')
          throw notSupported(`data file format ${value}`, 'The gateway writes Parquet.');
        properties['write.format.default'] = 'parquet';
        break;
      default:
        checkPropertyName(key);
        properties[key] = value;
    }
  }
  return { formatVersion, properties, ...(location !== undefined && { location }) };
}

function formatVersionOf(value: string): 1 | 2 {
  if (value === '1') return 1;
  if (value === '2') return 2;
  if (value === '3') throw notSupported('writing format version 3', 'Create the table with format-version 2.');
  throw new SqlError({ sqlstate: '22023', message: `invalid format-version "${value}"`, hint: 'It is 1 or 2.' });
}
