import type { CopyStmt } from '@pgsql/types';
import { sqlName } from '../../base/sql-name.ts';
import type { ColumnChoice, CopyOptions } from '../../copy/copy.ts';
import { notSupported } from '../../base/sql-error.ts';
import type { CopySpec } from '../../engine/copy/copy-spec.ts';
import { listDepth, STAGED_LIST_TYPE } from '../../engine/copy/staged-list.ts';
import { duckdbType } from '../../engine/scan/duckdb-type.ts';
import { typeSql } from './type-sql.ts';
import type { MirroredColumn, MirroredRelation } from '../../translate/translate.ts';
import { readOnlyDatabase, readOnlyTransaction, undefinedTable } from '../errors.ts';
import { findTable } from '../mirror-relations.ts';
import type { Execution } from '../query.ts';
import { isSystemSchema } from '../search-path.ts';
import { connectFor, NO_FIGURES } from '../statement-run.ts';
import type { StatementRun } from '../statement-run.ts';
import type { StagedTable } from '../transaction-tables.ts';
import { answerQuestion } from './answer-question.ts';
import { checkForced, copyColumns } from './copy-columns.ts';
import { CopiedTable } from './copied-table.ts';
import { loadParquet } from './load-parquet.ts';
import { copiedConditions } from './copied-conditions.ts';
import { systemCatalog } from './errors.ts';

/** COPY table FROM STDIN: rows are read in the engine's thread and become data files, in parts where there are many. */
export async function copyFrom(run: StatementRun, node: CopyStmt, readOptions: () => CopyOptions): Promise<Execution> {
  const staged = await targetOf(run, node);
  const relation = await run.parts.postgres.mirror.ensureTable(staged.loaded);
  const live = relation.columns.filter((column) => column !== undefined);
  const known = live.map(({ field }) => field.name);
  const names = copyColumns(node, staged.name.name, known);
  const options = readOptions();
  checkForced(options, names, known, staged.name.name);
  if (options.defaultText !== undefined)
    throw notSupported('the DEFAULT option of COPY FROM', 'Leave the column out of the column list.');
  const columns = names.map((name) => live.find(({ field }) => field.name === name)!);
  const conditions = await copiedConditions(run, node, staged, relation, columns);
  const spec = specOf(run, options, staged, relation, columns, conditions.inSql);
  const connection = await connectFor(run);
  try {
    const stored = columns.map(
      ({ attnum, field }) => `c${attnum} ${listDepth(field.type) > 0 ? STAGED_LIST_TYPE : duckdbType(field.type)}`,
    );
    const extra = spec.keepLines ? ['line BIGINT', 'raw VARCHAR'] : [];
    const table = `CREATE OR REPLACE TEMP TABLE copied (${[...stored, ...extra].join(', ')})`;
    const answer = answerQuestion(run, spec.columns);
    const copied = new CopiedTable(run, connection, await connection.copyInto(table, spec, answer), {
      staged,
      relation,
      columns,
      conditions,
      options,
    });
    const format = options.format === 'text' || options.format === 'csv' ? 0 : 1;
    // A Parquet file is read from its end, and an Arrow stream as fast as its rows are.
    const file = options.format === 'parquet' || options.format === 'arrow' ? await connection.spool() : undefined;
    return {
      rows: null,
      copyIn: {
        format,
        columns: columns.map(() => format),
        write: async (bytes) => await (file ?? copied).write(bytes),
        finish: async () => {
          if (file === undefined) return await copied.finish();
          await file.end();
          if (options.format === 'arrow') {
            const { loadArrow } = await import('./load-arrow.ts');
            await loadArrow(file.path, columns, async (text) => await copied.write(text));
            return await copied.finish();
          }
          return await copied.finishWith(() => loadParquet(connection, file.path, columns, spec.keepLines));
        },
        inContext: async (error) => await copied.inContext(error),
        close: async () => await connection[Symbol.asyncDispose](),
      },
      tag: () => `COPY ${copied.rowCount}`,
      notices: [],
      figures: NO_FIGURES,
    };
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
}

async function targetOf(run: StatementRun, node: CopyStmt): Promise<StagedTable> {
  const name = node.relation?.relname ?? '';
  const schema = node.relation?.schemaname;
  if (schema !== undefined && isSystemSchema(schema)) throw systemCatalog(name);
  const relation = { name, position: 1, ...(schema !== undefined && { schema }) };
  const loaded = await findTable(run.parts, relation, run.tables, run.context);
  if (loaded === undefined) throw undefinedTable(schema === undefined ? name : `${schema}.${name}`);
  if (run.parts.catalog.readOnly) throw readOnlyDatabase(run.parts.name);
  if (run.readOnly) throw readOnlyTransaction('COPY FROM');
  const staged = await run.tables.stage(loaded.name);
  if (staged === undefined) throw undefinedTable(sqlName(name));
  return staged;
}

function specOf(
  run: StatementRun,
  options: CopyOptions,
  staged: StagedTable,
  relation: MirroredRelation,
  columns: readonly MirroredColumn[],
  inSql: boolean,
): CopySpec {
  const live = relation.columns.filter((column) => column !== undefined);
  const isCsv = options.format === 'csv';
  const chosen = (choice: ColumnChoice, name: string): boolean => choice === '*' || choice.includes(name);
  const absent = live.find((column) => column.field.required && !columns.includes(column));
  return {
    delimited:
      options.format === 'binary' || options.format === 'parquet'
        ? undefined
        : {
            delimiter: options.delimiter.charCodeAt(0),
            nullText: Buffer.from(options.nullText),
            quote: isCsv ? options.quote.charCodeAt(0) : -1,
            escape: isCsv ? options.escape.charCodeAt(0) : -1,
            header: options.header,
            names: columns.map(({ field }) => field.name),
          },
    table: staged.name.name,
    schema: staged.name.namespace.join('.'),
    columns: columns.map(({ attnum, field, typeOid, typmod }) => ({
      attnum,
      name: field.name,
      typeOid,
      typmod,
      typeSql: typeSql(typeOid, typmod),
      type: field.type,
      required: field.required && !inSql,
      forceNotNull: isCsv && chosen(options.forceNotNull, field.name),
      forceNull: isCsv && chosen(options.forceNull, field.name),
    })),
    missing: inSql ? undefined : absent?.field.name,
    shown: live.map((column) => columns.indexOf(column)),
    settings: run.context.text,
    ignoreErrors: options.onError === 'ignore',
    rejectLimit: options.rejectLimit,
    verbose: options.logVerbosity === 'verbose',
    keepLines: inSql,
  };
}
