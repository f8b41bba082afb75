import type pg from 'pg';

/** An answer as the expectation of a script shows it: names and types, then rows; an error as its SQLSTATE. */
export async function answerText(client: pg.Client, sql: string, sorted: boolean): Promise<string> {
  try {
    const result = await client.query<(string | null)[]>({ text: sql, rowMode: 'array', types: AS_TEXT });
    if (result.fields.length === 0) return `${result.command} ${result.rowCount ?? 0}`;
    const header = result.fields.map((field) => `${field.name} ${typeName(field)}`).join(' | ');
    const rows = result.rows.map((row) => row.map(cell).join(' | '));
    return [header, ...(sorted ? rows.toSorted() : rows)].join('\n');
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) throw error;
    return `error ${code}`;
  }
}

/** The message and hint behind an error, for whoever wonders why. */
export async function errorMessage(client: pg.Client, sql: string): Promise<string> {
  try {
    await client.query(sql);
    return '';
  } catch (error) {
    const { message, hint } = error as { readonly message: string; readonly hint?: string };
    return hint === undefined ? message : `${message} (${hint})`;
  }
}

const AS_TEXT: pg.CustomTypesConfig = { getTypeParser: (() => (text: string) => text) as never };

function cell(value: string | null): string {
  if (value === null) return '∅';
  return value === '' ? "''" : value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** The oid, and the typmod where there is one. */
function typeName({ dataTypeID, dataTypeModifier }: pg.FieldDef): string {
  const name = NAMES[dataTypeID] ?? String(dataTypeID);
  return dataTypeModifier === -1 ? name : `${name}:${dataTypeModifier}`;
}

const NAMES: Readonly<Record<number, string>> = {
  16: 'bool',
  17: 'bytea',
  20: 'int8',
  21: 'int2',
  23: 'int4',
  25: 'text',
  700: 'float4',
  701: 'float8',
  1007: 'int4[]',
  1009: 'text[]',
  1042: 'bpchar',
  1043: 'varchar',
  1082: 'date',
  1083: 'time',
  1114: 'timestamp',
  1184: 'timestamptz',
  1186: 'interval',
  1700: 'numeric',
  2950: 'uuid',
};
