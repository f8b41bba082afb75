import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { SqlError } from '../../src/base/sql-error.ts';
import { openInstance } from '../../src/engine/worker/open-instance.ts';
import { engineError } from '../../src/engine/worker/engine-error.ts';
import { WorkerConnection } from '../../src/engine/worker/worker-connection.ts';
import type { EngineValue } from '../../src/engine/engine.ts';
import type { Type } from '../../src/iceberg/iceberg.ts';
import type { Field } from '../../src/pgtype/pgtype.ts';
import { OID } from '../../src/pgtype/oid.ts';
import { openPostgres } from '../../src/postgres/open-postgres.ts';
import { decimalOfTypmod } from '../../src/translate/decimal-of-typmod.ts';
import { duckdbType } from '../../src/translate/function/duckdb-type.ts';
import type { EngineParameter, MirroredRelation, ScanRequest, Translation } from '../../src/translate/translate.ts';
import { translateQuery } from '../../src/translate/translate-query.ts';
import { readTree } from '../../src/tree/read-tree.ts';
import { startPostgres } from '../support/real-postgres.ts';

export type Answer = {
  readonly names: readonly string[];
  readonly types: readonly number[];
  readonly rows: readonly string[];
};

export type Outcome = Answer | { readonly sqlstate: string; readonly message: string };

/** The same tables in a real PostgreSQL, in the embedded one (empty) and, as ordinary tables, in DuckDB. */
export type Oracle = Awaited<ReturnType<typeof openOracle>>;

const TEXT = {
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  timeZone: 'UTC',
  extraFloatDigits: 1,
  byteaOutput: 'hex',
} as const;
const CONTEXT = { role: 'tester', settings: new Map([['search_path', 'public']]) };

export async function openOracle(ddl: readonly string[], load: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-oracle-'));
  const real = await startPostgres();
  const client = new pg.Client({
    connectionString: real.connectionString,
    types: { getTypeParser: () => (text: string) => text } as never,
  });
  await client.connect();
  for (const statement of [...ddl, ...load]) await client.query(statement);
  const embedded = await openPostgres({ database: 'oracle', role: 'tester', folder: join(folder, 'postgres') });
  await embedded.define(
    ddl.map((statement) => statement).concat(['GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC']),
  );
  const database = await openInstance({
    threads: 2,
    memoryLimit: '1GB',
    temporaryFolder: folder,
    temporaryLimit: '1GB',
    allowedFolders: [folder],
  } as never);
  const duck = await WorkerConnection.open(database);
  const relations = await describeTables(embedded, client);
  for (const relation of relations.values()) await copyTable(relation, client, duck, folder);

  /** Rows that a changing statement touched. */
  let touched = 0;
  const postgres = async (sql: string, parameters: readonly (string | null)[] = []): Promise<Outcome> => {
    try {
      const result = await rawQuery(client, {
        text: sql,
        values: [...parameters],
        rowMode: 'array',
      });
      touched = result.rowCount ?? 0;
      return {
        names: result.fields.map(({ name }) => name),
        types: result.fields.map(({ dataTypeID }) => dataTypeID),
        rows: result.rows.map((row) => row.map((cell) => cell ?? 'NULL').join('|')),
      };
    } catch (error) {
      return { sqlstate: (error as { code?: string }).code ?? '?', message: (error as Error).message };
    }
  };
  const translate = async (
    sql: string,
  ): Promise<{
    readonly translation: Translation;
    readonly fields: readonly Field[];
    readonly oids: readonly number[];
  }> => {
    const analysis = await embedded.analyse(CONTEXT, sql, []);
    const environment = { relation: (oid: number) => relations.get(oid), fields: analysis.fields };
    return {
      translation: translateQuery(readTree(analysis.tree), environment),
      fields: analysis.fields ?? [],
      oids: analysis.parameterOids,
    };
  };
  const ours = async (sql: string, parameters: readonly (string | null)[] = []): Promise<Outcome> => {
    let text = '';
    try {
      const { translation, fields, oids } = await translate(sql);
      text = withScans(translation.sql, translation.scans);
      const values = await engineValues(embedded, translation.parameters, oids, parameters);
      const rows: string[] = [];
      await duck.rows(
        { sql: text, parameters: values, setup: [], timeZone: 'UTC' } as never,
        { fields, encodings: translation.columns, formats: fields.map(() => 0), settings: TEXT },
        async (bytes) => void rows.push(...dataRows(bytes)),
        () => false,
      );
      return { names: fields.map(({ name }) => name), types: fields.map(({ typeOid }) => typeOid), rows };
    } catch (error) {
      if (error instanceof SqlError)
        return { sqlstate: error.sqlstate, message: `${error.message} (${error.fields.hint ?? ''})` };
      const raised = engineError(error, false);
      return {
        sqlstate: raised instanceof SqlError ? raised.sqlstate : 'XX000',
        message: `${(error as Error).message}\n${text}`,
      };
    }
  };
  return {
    postgres,
    rowsTouched: () => touched,
    ours,
    translate,
    embedded,
    relations,
    duck,
    async [Symbol.asyncDispose]() {
      await duck.close();
      await embedded[Symbol.asyncDispose]();
      await client.end();
      await real[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type RawResult = pg.QueryArrayResult<(string | null)[]>;

/** Every cell as the text that the server sent. */
async function rawQuery(
  client: pg.Client,
  query: { readonly text: string; readonly values?: unknown[]; readonly rowMode: 'array' },
): Promise<RawResult> {
  return await client.query<(string | null)[]>(query);
}

/** Markers become subqueries over the ordinary tables. */
export function withScans(sql: string, scans: readonly ScanRequest[]): string {
  return sql.replaceAll(/"\$scan(\d+)\$"/g, (_, index: string) => {
    const { relation, attnums, positions } = scans[Number(index)]!;
    const items = attnums.map((attnum) => `c${attnum}`);
    if (positions) items.push('CAST(0 AS UBIGINT) AS row_file', 'rowid AS row_position');
    return `(SELECT ${items.length === 0 ? '1' : items.join(', ')} FROM ${relation.relationName})`;
  });
}

type Embedded = Awaited<ReturnType<typeof openPostgres>>;

export async function engineValues(
  embedded: Embedded,
  parameters: readonly EngineParameter[],
  oids: readonly number[],
  given: readonly (string | null)[],
): Promise<readonly EngineValue[]> {
  const bound = {
    oids,
    formats: oids.map(() => 0 as const),
    values: given.map((value) => (value === null ? null : Buffer.from(value))),
  };
  return await Promise.all(
    parameters.map(async (parameter) => {
      const sql = parameter.kind === 'client' ? `$${parameter.number}` : parameter.sql;
      const [value] = await embedded.evaluate(CONTEXT, [{ sql, typeOid: parameter.typeOid }], bound);
      return { value: value!, typeOid: parameter.typeOid };
    }),
  );
}

async function describeTables(embedded: Embedded, client: pg.Client): Promise<ReadonlyMap<number, MirroredRelation>> {
  const described = await embedded.execute(
    CONTEXT,
    `SELECT c.oid, c.relname, a.attnum, a.attname, a.atttypid, a.atttypmod FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 ORDER BY 1, 3`,
    { oids: [], formats: [], values: [] },
    [0],
  );
  void client;
  const relations = new Map<number, MirroredRelation>();
  for (const row of dataRows(described.rows)) {
    const [oid, name, attnum, attname, typeOid, typmod] = row.split('|') as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const relation = relations.get(Number(oid)) ?? {
      oid: Number(oid),
      namespace: ['public'],
      name,
      schemaName: 'public',
      relationName: name,
      schemaId: 0,
      columns: [],
    };
    const field = {
      id: Number(attnum),
      name: attname,
      required: false,
      type: icebergType(Number(typeOid), Number(typmod)),
    };
    relations.set(Number(oid), {
      ...relation,
      columns: [
        ...relation.columns,
        { attnum: Number(attnum), field, typeOid: Number(typeOid), typmod: Number(typmod) },
      ],
    });
  }
  return relations;
}

const ICEBERG: Readonly<Record<number, Type>> = {
  [OID.bool]: 'boolean',
  [OID.int4]: 'int',
  [OID.int8]: 'long',
  [OID.float4]: 'float',
  [OID.float8]: 'double',
  [OID.date]: 'date',
  [OID.time]: 'time',
  [OID.timestamp]: 'timestamp',
  [OID.timestamptz]: 'timestamptz',
  [OID.text]: 'string',
  [OID.uuid]: 'uuid',
  [OID.bytea]: 'binary',
};

function icebergType(typeOid: number, typmod: number): Type {
  if (typeOid === OID.numeric) {
    const { precision, scale } = decimalOfTypmod(typmod)!;
    return { kind: 'decimal', precision, scale };
  }
  return ICEBERG[typeOid] ?? 'string';
}

async function copyTable(
  relation: MirroredRelation,
  client: pg.Client,
  duck: WorkerConnection,
  folder: string,
): Promise<void> {
  const columns = relation.columns.map((column) => {
    const { type } = column!.field;
    return `c${column!.attnum} ${typeof type === 'object' && type.kind === 'decimal' ? `DECIMAL(${type.precision},${type.scale})` : duckdbType(column!.typeOid)!}`;
  });
  const plain = { parameters: [], setup: [], timeZone: 'UTC' } as never as object;
  await duck.run({ sql: `CREATE TABLE ${relation.relationName} (${columns.join(', ')})`, ...plain } as never);
  const result = await rawQuery(client, {
    text: `SELECT * FROM ${relation.relationName}`,
    rowMode: 'array',
  });
  const cell = (value: string | null): string => (value === null ? '\\N' : `"${value.replaceAll('"', '""')}"`);
  const file = join(folder, `${relation.relationName}.csv`);
  await writeFile(file, result.rows.map((row) => `${row.map(cell).join(',')}\n`).join(''));
  if (result.rows.length > 0)
    await duck.run({
      sql: `COPY ${relation.relationName} FROM '${file}' (FORMAT csv, HEADER false, NULL '\\N', DELIMITER ',', QUOTE '"', ESCAPE '"', AUTO_DETECT false, NEW_LINE '\\n')`,
      ...plain,
    } as never);
}

/** DataRow messages as text, cells joined by `|`. */
export function dataRows(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: string[] = [];
  for (let at = 0; at < buffer.length;) {
    const length = buffer.readInt32BE(at + 1);
    const count = buffer.readInt16BE(at + 5);
    const cells: string[] = [];
    let cell = at + 7;
    for (let index = 0; index < count; index++) {
      const size = buffer.readInt32BE(cell);
      cells.push(size < 0 ? 'NULL' : buffer.toString('utf8', cell + 4, cell + 4 + size));
      cell += 4 + Math.max(size, 0);
    }
    rows.push(cells.join('|'));
    at += 1 + length;
  }
  return rows;
}
