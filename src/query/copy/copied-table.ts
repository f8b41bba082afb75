import type { SqlError } from '../../base/sql-error.ts';
import type { CopyOptions } from '../../copy/copy.ts';
import type { CopyProgress } from '../../engine/copy/copy-spec.ts';
import type { CopyTable, EngineConnection, EngineStatement, EngineValue } from '../../engine/engine.ts';
import { unstaged } from '../../engine/copy/staged-list.ts';
import { duckdbType } from '../../engine/scan/duckdb-type.ts';
import type { NoticeFields } from '../../postgres/postgres.ts';
import { OID } from '../../pgtype/oid.ts';
import type { MirroredColumn, MirroredRelation } from '../../translate/translate.ts';
import { checkViolation, notNullViolation } from '../errors.ts';
import { writeTableRows } from '../run-modify.ts';
import type { StatementRun } from '../statement-run.ts';
import { takeValues } from '../take-values.ts';
import type { StagedTable } from '../transaction-tables.ts';
import type { CopiedConditions } from './copied-conditions.ts';

/** Parts of the stream that are read while others wait. */
const UNDER_WAY = 4;

export type CopiedParts = {
  readonly staged: StagedTable;
  readonly relation: MirroredRelation;
  /** In the order of the stream. */
  readonly columns: readonly MirroredColumn[];
  readonly conditions: CopiedConditions;
  readonly options: CopyOptions;
};

/** The rows of one COPY FROM on their way from the stream to data files. */
export class CopiedTable {
  readonly #run: StatementRun;
  readonly #connection: EngineConnection;
  readonly #table: CopyTable;
  readonly #parts: CopiedParts;
  readonly #reading = new Set<Promise<void>>();
  readonly #notices: NoticeFields[] = [];
  #failure: { readonly error: unknown } | undefined;
  #segmentBytes = 0;
  #skipped = 0;
  #line = 0;
  rowCount = 0;

  constructor(run: StatementRun, connection: EngineConnection, table: CopyTable, parts: CopiedParts) {
    this.#run = run;
    this.#connection = connection;
    this.#table = table;
    this.#parts = parts;
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#segmentBytes += bytes.length;
    this.#read(bytes);
    while (this.#reading.size >= UNDER_WAY) await Promise.race(this.#reading);
    if (this.#failure !== undefined) await this.#fail(this.#failure.error);
    // Memory and temporary space stay bounded.
    if (this.#segmentBytes >= this.#run.parts.limits.copySegmentBytes) await this.#writeFiles();
  }

  async finish(): Promise<readonly NoticeFields[]> {
    this.#read(undefined);
    await this.#writeFiles();
    const { logVerbosity } = this.#parts.options;
    if (this.#skipped > 0 && logVerbosity !== 'silent') {
      const rows = this.#skipped === 1 ? '1 row was' : `${this.#skipped} rows were`;
      this.#notices.push(notice(`${rows} skipped due to data type incompatibility`));
    }
    return this.#notices;
  }

  /** Rows that did not come through `write`. */
  async finishWith(load: () => Promise<number>): Promise<readonly NoticeFields[]> {
    this.rowCount += await load();
    await this.#writeFiles();
    return [];
  }

  async inContext(error: SqlError): Promise<SqlError> {
    await Promise.all(this.#reading);
    return error.with({ where: `COPY ${this.#parts.staged.name.name}, line ${this.#line + 1}` });
  }

  #read(bytes: Uint8Array<ArrayBuffer> | undefined): void {
    const step = this.#table.read(bytes).then(
      (progress) => this.#count(progress),
      (error: unknown) => void (this.#failure ??= { error }),
    );
    this.#reading.add(step);
    void step.finally(() => this.#reading.delete(step));
  }

  #count({ rowCount, line, skipped, notices }: CopyProgress): void {
    this.#line = Math.max(this.#line, line);
    this.rowCount += rowCount;
    this.#skipped += skipped;
    this.#notices.push(...notices.map(notice));
  }

  /** A constraint that an earlier row breaks is the error, not what is wrong with a later one. */
  async #fail(error: unknown): Promise<never> {
    await Promise.all(this.#reading);
    await this.#table.flush();
    if (this.#parts.conditions.inSql && !this.#run.signal.aborted) await this.#checkedRows();
    throw error;
  }

  async #writeFiles(): Promise<void> {
    await Promise.all(this.#reading);
    if (this.#failure !== undefined) await this.#fail(this.#failure.error);
    await this.#table.flush();
    this.#segmentBytes = 0;
    const source = await this.#checkedRows();
    const { staged, relation } = this.#parts;
    const names = liveColumns(relation).map((column) => this.#columnSql(column));
    const files = await writeTableRows(
      this.#connection,
      staged,
      this.#statement(`SELECT ${names.join(', ')} FROM ${source}`),
    );
    this.#run.written(files.map(({ path }) => path));
    this.#run.tables.addChanges(staged, files, [], []);
    await this.#connection.run(this.#statement('DELETE FROM copied'));
  }

  /** The table of rows to write: those that WHERE keeps, defaults filled in, constraints checked. */
  async #checkedRows(): Promise<string> {
    const { where, complete, inSql } = this.#parts.conditions;
    if (where !== undefined) {
      const before = await this.#single('SELECT count(*) FROM copied');
      await this.#connection.run(
        this.#statement(
          `DELETE FROM copied WHERE rowid IN (SELECT r.rowid FROM (SELECT rowid FROM copied) AS r
           POSITIONAL JOIN (${where.sql(this.#rows('copied'))}) AS q(ok) WHERE ok IS NOT TRUE)`,
          where.parameters,
        ),
      );
      this.rowCount -= Number(before - (await this.#single('SELECT count(*) FROM copied')));
    }
    let source = 'copied';
    if (complete !== undefined) {
      const lines = inSql ? ', l.line, l.raw' : '';
      const values = liveColumns(this.#parts.relation).map(({ attnum }) => `a.n${attnum} AS c${attnum}`);
      await takeValues(this.#run, this.#connection, complete.sequences, () =>
        this.#connection.run(
          this.#statement(
            `CREATE OR REPLACE TEMP TABLE completed AS SELECT ${values.join(', ')}${lines}
           FROM (${complete.sql(this.#rows('copied'))}) AS a POSITIONAL JOIN copied AS l`,
            complete.parameters,
          ),
        ),
      );
      source = 'completed';
    }
    if (inSql) await this.#checkConstraints(source);
    return source;
  }

  async #checkConstraints(source: string): Promise<void> {
    const { relation, conditions, staged } = this.#parts;
    const required = liveColumns(relation).filter(({ field }) => field.required);
    const has = (column: MirroredColumn): string => this.#columnSql(column, source);
    const broken = [
      ...required.map((column, index) => `WHEN ${has(column)} IS NULL THEN ${index}`),
      ...conditions.checks.map((_, index) => `WHEN NOT k${index}.ok THEN ${required.length + index}`),
    ];
    if (broken.length === 0) return;
    const joins = conditions.checks.map(
      (check, index) => ` POSITIONAL JOIN (${check.sql(this.#rows(source))}) AS k${index}(ok)`,
    );
    const [row] = await this.#connection.values(
      this.#statement(
        `SELECT line, raw, which, ${liveColumns(relation)
          .map(({ attnum, typeOid }) => (typeOid === OID.bool ? `if(v${attnum}, 't', 'f')` : `v${attnum}::VARCHAR`))
          .join(', ')} FROM (SELECT line, raw, CASE ${broken.join(' ')} END AS which, ${liveColumns(relation)
          .map((column) => `${has(column)} AS v${column.attnum}`)
          .join(', ')} FROM ${source} AS s${joins.join('')}) WHERE which IS NOT NULL LIMIT 1`,
      ),
    );
    if (row === undefined) return;
    const [line, raw, which, ...values] = row;
    const at = Number(which);
    const column = required[at];
    const error =
      column === undefined
        ? checkViolation(staged.name, conditions.checks[at - required.length]!.name)
        : notNullViolation(staged.name, column.field.name);
    throw this.#violation(error, String(line), String(raw), values);
  }

  #violation(error: SqlError, line: string, raw: string, values: readonly unknown[]): SqlError {
    const shown = values.map((value) => (value === null ? 'null' : (value as string)));
    const place = `COPY ${this.#parts.staged.name.name}, line ${line}`;
    return error.with({
      detail: `Failing row contains (${shown.join(', ')}).`,
      where: this.#parts.options.format === 'binary' ? place : `${place}: "${raw}"`,
    });
  }

  /** The rows as a scan of the table would give them. */
  #rows(source: string): string {
    const columns = liveColumns(this.#parts.relation).map(
      (column) => `${this.#columnSql(column, source)} AS c${column.attnum}`,
    );
    return `(SELECT ${columns.join(', ')} FROM ${source})`;
  }

  #columnSql(
    column: MirroredColumn,
    source = this.#parts.conditions.complete === undefined ? 'copied' : 'completed',
  ): string {
    if (source === 'completed') return `c${column.attnum}`;
    if (this.#parts.columns.includes(column)) return unstaged(`c${column.attnum}`, column.field.type);
    return `CAST(NULL AS ${duckdbType(column.field.type)})`;
  }

  #statement(sql: string, parameters: readonly EngineValue[] = []): EngineStatement {
    return { sql, scans: [], parameters, timeZone: this.#run.context.text.timeZone };
  }

  async #single(sql: string): Promise<bigint> {
    const [row] = await this.#connection.values(this.#statement(sql));
    return BigInt(row?.[0] as string | number | bigint);
  }
}

function liveColumns(relation: MirroredRelation): readonly MirroredColumn[] {
  return relation.columns.filter((column) => column !== undefined);
}

function notice(message: string): NoticeFields {
  return { severity: 'NOTICE', sqlstate: '00000', message };
}
