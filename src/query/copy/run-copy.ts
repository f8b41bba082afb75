import type { CopyStmt } from '@pgsql/types';
import type { CopyOptions } from '../../copy/copy.ts';
import { readOptions } from '../../copy/read-options.ts';
import { byteOffsets } from '../../sql/byte-offsets.ts';
import type { Execution } from '../query.ts';
import type { StatementRun } from '../statement-run.ts';
import { copyFrom } from './copy-from.ts';
import { copyTo } from './copy-to.ts';
import { serverFileDenied, serverProgramDenied } from './errors.ts';

/** COPY between the client and a table or query; files and programs of the server are nobody's (42501). */
export async function runCopy(
  run: StatementRun,
  node: CopyStmt,
  runQuery: (run: StatementRun) => Promise<Execution>,
): Promise<Execution> {
  if (node.is_program === true) throw serverProgramDenied();
  if (node.filename !== undefined) throw serverFileDenied(node.is_from === true);
  const { statement } = run.prepared;
  const options = (): CopyOptions =>
    readOptions(node, (offset) => statement.toClientPosition(byteOffsets(statement.text).position(offset)));
  return node.is_from === true ? await copyFrom(run, node, options) : await copyTo(run, node, options, runQuery);
}
