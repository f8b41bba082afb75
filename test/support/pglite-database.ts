import { PGlite } from '@electric-sql/pglite';
import { serialize } from 'pg-protocol';
import { SqlError } from '../../src/base/sql-error.ts';
import type { RowBatch } from '../../src/engine/engine.ts';
import type { Field } from '../../src/pgtype/pgtype.ts';
import type {
  BoundParameters,
  Database,
  Execution,
  Prepared,
  StatementContext,
  Transaction,
} from '../../src/query/query.ts';
import { splitRowMessages } from '../../src/session/text-rows.ts';
import type { Statement } from '../../src/sql/sql.ts';

/** A database without tables of its own: every statement is answered by PGlite. It notes what transactions do. */
export type PgliteDatabase = Database & {
  /** `begin`, `commit`, `rollback`, `execute ...` in order. */
  readonly calls: string[];
  /** Raised by the next commit, once. */
  failCommit: SqlError | undefined;
  /** Called before every step of rows: a test can make it wait. */
  beforeRows: ((signal: AbortSignal) => Promise<void>) | undefined;
};

export async function openPgliteDatabase(): Promise<PgliteDatabase> {
  const pglite = await PGlite.create({ relaxedDurability: true });
  await pglite.exec('CREATE ROLE bergwire LOGIN SUPERUSER; SET SESSION AUTHORIZATION postgres');
  const lane = new Lane(pglite);
  const database: PgliteDatabase = {
    name: 'bergwire',
    calls: [],
    failCommit: undefined,
    beforeRows: undefined,
    async begin(context) {
      database.calls.push('begin');
      return fakeTransaction(database, lane, context);
    },
    async prepare(statement, parameterOids, context) {
      return await lane.describe(statement, parameterOids, context);
    },
    async [Symbol.asyncDispose]() {
      await pglite.close();
    },
  };
  return database;
}

function fakeTransaction(database: PgliteDatabase, lane: Lane, context: Transaction['context']): Transaction {
  return {
    context,
    async execute(prepared, parameters, formats, statementContext, signal) {
      database.calls.push(`execute ${prepared.statement.clientText}`);
      const { rows, tag } = await lane.execute(prepared, parameters, formats, statementContext);
      return execution(database, prepared, rows, tag, signal);
    },
    savepoint: () => ({}) as ReturnType<Transaction['savepoint']>,
    rollbackTo: () => void database.calls.push('rollback to'),
    release: () => undefined,
    async commit() {
      database.calls.push('commit');
      const failure = database.failCommit;
      database.failCommit = undefined;
      if (failure !== undefined) throw failure;
      return [];
    },
    async rollback() {
      database.calls.push('rollback');
    },
  };
}

function execution(
  database: PgliteDatabase,
  prepared: Prepared,
  rows: readonly Uint8Array[],
  tag: string,
  signal: AbortSignal,
): Execution {
  let at = 0;
  const stream = {
    async next(maxRows = 100): Promise<RowBatch | undefined> {
      await database.beforeRows?.(signal);
      if (signal.aborted) throw new SqlError({ sqlstate: '57014', message: 'canceling statement due to user request' });
      if (at >= rows.length) return undefined;
      const part = rows.slice(at, at + maxRows);
      at += part.length;
      return { bytes: Buffer.concat(part), rowCount: part.length };
    },
    async close() {
      at = rows.length;
    },
  };
  return {
    rows: prepared.fields === null ? null : stream,
    tag: () => tag,
    notices: [],
    figures: { filesRead: 0, filesTotal: 0, sizeBytes: 0, snapshotIds: [] },
  };
}

/** One batch after the other on the one instance, each under the settings and role of its session. */
class Lane {
  readonly #pglite: PGlite;
  #last: Promise<unknown> = Promise.resolve();

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  async describe(statement: Statement, oids: readonly number[], context: StatementContext): Promise<Prepared> {
    const messages = await this.#batch(
      context,
      [
        serialize.parse({ name: '', text: statement.text, types: [...oids] }),
        serialize.describe({ type: 'S', name: '' }),
      ],
      statement,
    );
    const parameters = messages.findLast(({ type }) => type === 't')!.body;
    const description = messages.findLast(({ type }) => type === 'T' || type === 'n')!;
    const count = parameters.readInt16BE(0);
    return {
      statement,
      parameterOids: Array.from({ length: count }, (_, index) => parameters.readUInt32BE(2 + index * 4)),
      fields: description.type === 'n' ? null : readFields(description.body),
      notices: [],
    };
  }

  async execute(
    prepared: Prepared,
    parameters: BoundParameters,
    formats: readonly (0 | 1)[],
    context: StatementContext,
  ): Promise<{ rows: readonly Uint8Array[]; tag: string }> {
    const messages = await this.#batch(
      context,
      [
        serialize.parse({ name: '', text: prepared.statement.text, types: [...prepared.parameterOids] }),
        bindMessage(parameters, formats),
        serialize.describe({ type: 'P', name: '' }),
        serialize.execute({ portal: '', rows: 0 }),
      ],
      prepared.statement,
    );
    const complete = messages.findLast(({ type }) => type === 'C')!;
    const start = messages.findLastIndex(({ type }) => type === 'T' || type === 'n');
    const rows = messages
      .slice(start)
      .filter(({ type }) => type === 'D')
      .map(({ whole }) => whole);
    return { rows, tag: complete.body.toString('utf8', 0, complete.body.length - 1) };
  }

  async #batch(context: StatementContext, parts: readonly Uint8Array[], statement: Statement): Promise<Message[]> {
    const settings = [...context.settings].map(
      ([name, value]) => `pg_catalog.set_config('${name}', '${value.replaceAll("'", "''")}', true)`,
    );
    const setup = [
      'BEGIN',
      ...(settings.length > 0 ? [`SELECT ${settings.join(', ')}`] : []),
      `SET LOCAL SESSION AUTHORIZATION "${context.role}"`,
    ];
    const run = this.#last.then(async () => {
      try {
        await this.#exchange(serialize.query(setup.join(';')));
        return await this.#exchange(Buffer.concat([...parts, serialize.sync()]));
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        const { position } = error.fields;
        throw position === undefined ? error : error.with({ position: statement.toClientPosition(position) });
      } finally {
        await this.#exchange(serialize.query('ROLLBACK'));
      }
    });
    this.#last = run.catch(() => undefined);
    return await run;
  }

  async #exchange(request: Uint8Array): Promise<Message[]> {
    const chunks: Uint8Array[] = [];
    await this.#pglite.execProtocolRawStream(request, { onRawData: (bytes) => void chunks.push(bytes.slice()) });
    const messages = splitRowMessages(Buffer.concat(chunks)).map((whole) => ({
      type: String.fromCharCode(whole[0]!),
      body: Buffer.from(whole.buffer, whole.byteOffset + 5, whole.byteLength - 5),
      whole,
    }));
    const failure = messages.find(({ type }) => type === 'E');
    if (failure !== undefined) throw readError(failure.body);
    return messages;
  }
}

type Message = { readonly type: string; readonly body: Buffer; readonly whole: Uint8Array };

function bindMessage(parameters: BoundParameters, formats: readonly (0 | 1)[]): Buffer {
  const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
  const int32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const body = Buffer.concat([
    Buffer.from([0, 0]),
    int16(parameters.formats.length),
    ...parameters.formats.map(int16),
    int16(parameters.values.length),
    ...parameters.values.flatMap((value) => (value === null ? [int32(-1)] : [int32(value.length), value])),
    int16(formats.length),
    ...formats.map(int16),
  ]);
  return Buffer.concat([Buffer.from('B'), int32(body.length + 4), body]);
}

function readFields(body: Buffer): Field[] {
  let at = 2;
  return Array.from({ length: body.readInt16BE(0) }, () => {
    const end = body.indexOf(0, at);
    const name = body.toString('utf8', at, end);
    at = end + 19;
    return {
      name,
      tableOid: body.readUInt32BE(end + 1),
      attnum: body.readInt16BE(end + 5),
      typeOid: body.readUInt32BE(end + 7),
      typeSize: body.readInt16BE(end + 11),
      typmod: body.readInt32BE(end + 13),
    };
  });
}

function readError(body: Buffer): SqlError {
  const fields = new Map<string, string>();
  for (let at = 0; body[at] !== 0;) {
    const end = body.indexOf(0, at);
    fields.set(String.fromCharCode(body[at]!), body.toString('utf8', at + 1, end));
    at = end + 1;
  }
  const position = fields.get('P');
  const detail = fields.get('D');
  const hint = fields.get('H');
  return new SqlError({
    sqlstate: fields.get('C')!,
    message: fields.get('M')!,
    ...(detail !== undefined && { detail }),
    ...(hint !== undefined && { hint }),
    ...(position !== undefined && { position: Number(position) }),
  });
}
