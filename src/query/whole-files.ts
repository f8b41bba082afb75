import type { EngineConnection, EngineScan, EngineStatement } from '../engine/engine.ts';
import type { PlannedFile } from '../plan/plan.ts';
import type { ModifyTranslation } from '../translate/translate.ts';
import { boundPredicate } from '../plan/bound-predicate.ts';
import { fileMayMatch } from '../plan/file-may-match.ts';
import { scanMarker } from '../translate/translate.ts';
import { bindPredicate } from './bind-predicate.ts';

/** A DELETE without the files that lose all their rows by what metadata say. */
export type WholeFiles = {
  readonly dropped: readonly PlannedFile[];
  /** The statement over the other files; undefined where there are none. */
  readonly rest: EngineStatement | undefined;
};

/**
 * Parts a DELETE into files that go whole, whose rows are not looked at, and the rest. Where rows are returned, or
 * other tables decide, nothing goes unseen.
 */
export function wholeFiles(translation: ModifyTranslation, statement: EngineStatement): WholeFiles {
  const { command, targetScan, returning, returnsToOthers } = translation;
  const nothing = { dropped: [], rest: statement };
  if (command !== 'delete' || targetScan === undefined || returning !== undefined || returnsToOthers === true)
    return nothing;
  const keeps = translation.scans[targetScan]?.keeps;
  const scan = statement.scans[targetScan];
  if (keeps === undefined || scan === undefined) return nothing;
  const { schema, files } = scan.plan;
  const values = statement.parameters.map(({ value }) => value);
  const kept = boundPredicate(bindPredicate(keeps, schema, values), schema);
  const [dropped, rest]: [PlannedFile[], PlannedFile[]] = [[], []];
  for (const planned of files) (fileMayMatch(kept, planned.spec, planned.file) ? rest : dropped).push(planned);
  if (dropped.length === 0) return nothing;
  if (rest.length === 0) return { dropped, rest: undefined };
  const scans = statement.scans.with(targetScan, withFiles(scan, rest));
  return { dropped, rest: { ...statement, scans } };
}

/** Rows of dropped files that were not deleted before. Only files with deletes are read. */
export async function liveRowCount(
  connection: EngineConnection,
  { scans, timeZone }: EngineStatement,
  target: number,
  dropped: readonly PlannedFile[],
): Promise<bigint> {
  const isWhole = ({ positionDeletes, equalityDeletes }: PlannedFile): boolean =>
    positionDeletes.length + equalityDeletes.length === 0;
  const known = dropped.filter(isWhole).reduce((sum, { file }) => sum + BigInt(file.recordCount), 0n);
  const doubtful = dropped.filter((planned) => !isWhole(planned));
  const scan = scans[target];
  if (doubtful.length === 0 || scan === undefined) return known;
  const counted = { ...withFiles(scan, doubtful), columns: [], positions: true };
  const sql = `SELECT count(*) FROM ${scanMarker(0)} AS s`;
  const rows = await connection.values({ sql, scans: [counted], parameters: [], timeZone });
  return known + BigInt(rows[0]?.[0] as string | number | bigint);
}

function withFiles(scan: EngineScan, files: readonly PlannedFile[]): EngineScan {
  const { fileOrder: _, ...rest } = scan;
  return { ...rest, plan: { ...scan.plan, files } };
}
