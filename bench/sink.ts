/**
 * A table of 16 columns and 4M rows as DataRow bytes to a raw sink: the engine's encoder against PostgreSQL sending the
 * same rows over a socket, in one run. Prints rows per second, MB per second, the ratio, and the growth of memory.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openEngine } from '../src/engine/open-engine.ts';
import { OID, typeLength } from '../src/pgtype/oid.ts';
import { openStore } from '../src/storage/open-store.ts';
import { findPostgres, startPostgres } from '../test/support/real-postgres.ts';

const ROWS = Number(process.env.SINK_ROWS ?? 4_000_000);

/** Type oid, DuckDB expression over `i`, PostgreSQL expression over `i`. */
const COLUMNS: readonly (readonly [number, string, string])[] = [
  [OID.int8, 'i', 'i'],
  [OID.int4, '(i % 1000)::INTEGER', '(i % 1000)::int4'],
  [OID.int4, '(i * 7 % 100000)::INTEGER', '(i * 7 % 100000)::int4'],
  [OID.int8, 'i * 1000003', 'i * 1000003'],
  [OID.numeric, '(i % 100000 / 100.0)::DECIMAL(12,2)', '(i % 100000 / 100.0)::numeric(12,2)'],
  [OID.numeric, '(i % 11 / 100.0)::DECIMAL(12,2)', '(i % 11 / 100.0)::numeric(12,2)'],
  [OID.float8, 'i % 1000 / 4.0::DOUBLE', 'i % 1000 / 4.0::float8'],
  [OID.bool, 'i % 3 = 0', 'i % 3 = 0'],
  [OID.text, `substr('RAN', (i % 3 + 1)::INTEGER, 1)`, `substr('RAN', (i % 3 + 1)::int4, 1)`],
  [OID.text, `'DELIVER IN PERSON ' || i % 10`, `'DELIVER IN PERSON ' || i % 10`],
  [OID.text, `'some comment about order ' || i`, `'some comment about order ' || i`],
  [OID.text, `'customer#' || i % 100000`, `'customer#' || i % 100000`],
  [OID.date, `DATE '1992-01-01' + (i % 2500)::INTEGER`, `date '1992-01-01' + (i % 2500)::int4`],
  [OID.date, `DATE '1995-01-01' + (i % 1000)::INTEGER`, `date '1995-01-01' + (i % 1000)::int4`],
  [OID.timestamp, `TIMESTAMP '2024-01-01' + to_seconds(i)`, `timestamp '2024-01-01' + i * interval '1 second'`],
  [OID.int4, 'CASE WHEN i % 5 = 0 THEN NULL ELSE i::INTEGER END', 'CASE WHEN i % 5 = 0 THEN NULL ELSE i::int4 END'],
];

const engine = await benchEngine();
console.log(engine);
if ((await findPostgres()) === undefined) {
  console.log('no PostgreSQL here: no ratio');
} else {
  const postgres = await benchPostgres();
  console.log(postgres);
  console.log({
    ratio: Number((postgres.seconds / engine.seconds).toFixed(2)),
    meaning: 'above 1: faster than PostgreSQL',
  });
}

type Figures = {
  readonly what: string;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly megabytesPerSecond: number;
};

function figures(what: string, startedMs: number, bytes: number): Figures {
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    what,
    seconds: Number(seconds.toFixed(2)),
    rowsPerSecond: Math.round(ROWS / seconds),
    megabytesPerSecond: Math.round(bytes / seconds / 1e6),
  };
}

async function benchEngine(): Promise<Figures & { readonly grownMegabytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'bergwire-bench-'));
  try {
    await using engine = await openEngine({
      store: openStore(),
      threads: 2,
      memoryBytes: 4e9,
      temporaryFolder: join(folder, 'tmp'),
      temporaryBytes: 10e9,
      copiesBytes: 10e9,
      folders: [folder],
    });
    await using connection = await engine.connect();
    const plain = { scans: [], parameters: [], timeZone: 'UTC' };
    const select = COLUMNS.map(([, sql], n) => `${sql} AS c${n}`).join(', ');
    const file = join(folder, 't.parquet');
    await connection.run({
      sql: `COPY (SELECT ${select} FROM range(${ROWS}) AS r(i)) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`,
      ...plain,
    });
    const stream = await connection.rows(
      { sql: `SELECT * FROM read_parquet('${file}')`, ...plain },
      {
        fields: COLUMNS.map(([typeOid], n) => ({
          name: `c${n}`,
          tableOid: 0,
          attnum: 0,
          typeOid,
          typeSize: typeLength(typeOid),
          typmod: -1,
        })),
        encodings: COLUMNS.map((_, column) => ({ kind: 'plain', column })),
        formats: COLUMNS.map(() => 0),
        settings: {
          dateStyle: 'ISO, MDY',
          intervalStyle: 'postgres',
          timeZone: 'UTC',
          extraFloatDigits: 1,
          byteaOutput: 'hex',
        },
      },
    );
    const started = performance.now();
    let bytes = 0;
    let rows = 0;
    let early = 0;
    for (let batch = await stream.next(); batch !== undefined; batch = await stream.next()) {
      bytes += batch.bytes.length;
      rows += batch.rowCount;
      if (early === 0 && rows > ROWS / 4) early = process.memoryUsage().rss;
    }
    if (rows !== ROWS) throw new Error(`${rows} rows of ${ROWS}`);
    const grownMegabytes = Math.round((process.memoryUsage().rss - early) / 1e6);
    return { ...figures('engine', started, bytes), grownMegabytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchPostgres(): Promise<Figures> {
  await using server = await startPostgres({ settings: { shared_buffers: '2GB', max_wal_size: '8GB' } });
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  const select = COLUMNS.map(([, , sql], n) => `${sql} AS c${n}`).join(', ');
  await client.query(`CREATE UNLOGGED TABLE t AS SELECT ${select} FROM generate_series(0::int8, ${ROWS - 1}) AS r(i)`);
  await client.query('VACUUM ANALYZE t');
  await client.query('SELECT count(*) FROM t');
  await client.end();
  return await new Promise((resolve, reject) => {
    const socket = createConnection(server.port, server.host);
    socket.on('error', reject);
    let bytes = 0;
    let ready = false;
    let started = 0;
    let tail = Buffer.alloc(0);
    socket.on('connect', () => socket.write(startupMessage(server.user, server.database)));
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      tail = Buffer.concat([tail.subarray(-6), chunk.subarray(-6)]);
      // ReadyForQuery: 'Z', length 5, 'I'.
      if (!tail.subarray(-6).equals(Buffer.from([90, 0, 0, 0, 5, 73]))) return;
      if (ready) {
        socket.destroy();
        resolve(figures('PostgreSQL', started, bytes));
        return;
      }
      ready = true;
      bytes = 0;
      started = performance.now();
      const text = Buffer.from('SELECT * FROM t\0');
      const query = Buffer.alloc(5);
      query[0] = 81;
      query.writeInt32BE(text.length + 4, 1);
      socket.write(Buffer.concat([query, text]));
    });
  });
}

function startupMessage(user: string, database: string): Buffer {
  const body = Buffer.from(`\0\x03\0\0user\0${user}\0database\0${database}\0\0`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
}
