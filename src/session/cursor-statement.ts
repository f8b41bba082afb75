import type { ClosePortalStmt, DeclareCursorStmt, FetchStmt } from '@pgsql/types';
import type { RowBatch, RowStream } from '../engine/engine.ts';
import type { Statement } from '../sql/sql.ts';
import { notSupported } from '../base/sql-error.ts';
import { checkSessionMemory } from './check-session-memory.ts';
import { CursorRows } from './cursor-rows.ts';
import { cursorChangesRows, duplicateCursor, noTransaction, tooManyOfSession, unknownCursor } from './errors.ts';
import { innerQuery } from './inner-query.ts';
import { commandPlan, NO_FIGURES } from './plan.ts';
import type { Plan } from './plan.ts';
import { planQuery } from './plan-query.ts';
import { Portal } from './portal.ts';
import type { SessionState } from './session-state.ts';
import { splitRowMessages } from './text-rows.ts';

/** Bits of DeclareCursorStmt.options (parsenodes.h). */
const BINARY = 0x0001;
const SCROLL = 0x0002;
const NO_SCROLL = 0x0004;
const HOLD = 0x0020;
/** FETCH_ALL, as the grammar writes it. */
const ALL = 2_147_483_647;
/** Rows of one step of FETCH ALL. */
const STEP_ROWS = 1000;

/**
 * DECLARE name CURSOR FOR query: the query starts now, its rows are fetched later. Its parameters are those of the
 * statement, which is then analysed when it is parsed.
 */
export async function declareCursorStatement(
  state: SessionState,
  statement: Statement,
  node: DeclareCursorStmt,
  oids: readonly number[],
): Promise<Plan> {
  const inner = innerQuery(state.host.grammar, statement, node.query, 'for');
  const hasParameters = state.host.grammar.scan(inner.text)?.some(({ kind }) => kind === 'parameter') ?? false;
  const parameterOids = hasParameters ? (await planQuery(state, inner, oids)).parameterOids : [];
  const start: Plan['start'] = async (parameters, _formats, running) => {
    const name = node.portalname ?? '';
    const options = node.options ?? 0;
    const hold = (options & HOLD) !== 0;
    if (!hold && state.block.state === 'implicit' && !state.severalStatements) throw noTransaction('DECLARE CURSOR');
    if (state.portals.has(name)) throw duplicateCursor(name);
    const limit = state.host.limits.portals;
    if (state.portals.size >= limit)
      throw tooManyOfSession('portals', limit, 'Close those that are not needed any more.');
    const plan = await planQuery(state, inner, parameterOids);
    if (changesRows(node)) throw cursorChangesRows();
    state.notices(plan.notices);
    const format = (options & BINARY) !== 0 ? 1 : 0;
    const formats = (plan.fields ?? []).map(() => format as 0 | 1);
    const portal = new Portal(name, plan, parameters, formats, state.block.depth, state.activity.text);
    const execution = await plan.start(portal.parameters, formats, portal.running);
    await state.hear(execution);
    running.check();
    const keeping =
      (options & NO_SCROLL) !== 0 ? 'never' : (options & SCROLL) !== 0 || hold ? 'always' : 'while it fits';
    const rows = new CursorRows(execution.rows!, keeping, state.host.limits.cursorBytes, () =>
      checkSessionMemory(state),
    );
    portal.execution = execution;
    portal.cursor = { rows, hold, held: false };
    state.portals.set(name, portal);
    return { rows: null, tag: () => 'DECLARE CURSOR', notices: [], figures: NO_FIGURES };
  };
  return { statement, parameterOids, fields: null, notices: [], start };
}

/** A table of its WITH is no query. */
function changesRows({ query }: DeclareCursorStmt): boolean {
  const tables = query !== undefined && 'SelectStmt' in query ? (query.SelectStmt.withClause?.ctes ?? []) : [];
  return tables.some((table) => {
    const inner = 'CommonTableExpr' in table ? table.CommonTableExpr.ctequery : undefined;
    return inner !== undefined && !('SelectStmt' in inner);
  });
}

/** FETCH and MOVE in every direction. */
export function fetchStatement(state: SessionState, statement: Statement, node: FetchStmt): Plan {
  const name = node.portalname ?? '';
  const isMove = node.ismove === true;
  const described = state.portals.get(name);
  if (described === undefined) throw unknownCursor(name);
  return {
    statement,
    parameterOids: [],
    fields: isMove ? null : (described.plan?.fields ?? null),
    ...(isBinary(described) && { formats: described.formats }),
    notices: [],
    async start(_parameters, formats) {
      const portal = state.portals.get(name);
      if (portal === undefined) throw unknownCursor(name);
      const rows = (portal.cursor ??= await cursorOf(state, portal)).rows;
      if (!isMove) checkFormats(portal, formats);
      const moved = isMove ? movedAtOnce(rows, node) : undefined;
      if (moved !== undefined) return { rows: null, tag: () => `MOVE ${moved}`, notices: [], figures: NO_FIGURES };
      const stream = await fetchedRows(rows, node);
      if (!isMove) return { rows: stream.rows, tag: () => `FETCH ${stream.count()}`, notices: [], figures: NO_FIGURES };
      while ((await stream.rows.next()) !== undefined);
      return { rows: null, tag: () => `MOVE ${stream.count()}`, notices: [], figures: NO_FIGURES };
    },
  };
}

/** CLOSE name and CLOSE ALL. */
export function closeStatement(state: SessionState, statement: Statement, node: ClosePortalStmt): Plan {
  return commandPlan(statement, async () => {
    const { portalname } = node;
    if (portalname === undefined) {
      for (const [name, portal] of state.portals) if (portal.cursor !== undefined) await state.closePortal(name);
      return 'CLOSE CURSOR ALL';
    }
    if (!state.portals.has(portalname)) throw unknownCursor(portalname);
    await state.closePortal(portalname);
    return 'CLOSE CURSOR';
  });
}

/** A portal of the protocol is a cursor too, where it returns rows and they did not all go at once. */
async function cursorOf(state: SessionState, portal: Portal): Promise<NonNullable<Portal['cursor']>> {
  const { plan } = portal;
  if (plan === null || plan.fields === null) throw unknownCursor(portal.name);
  if (portal.execution === undefined) {
    portal.execution = await plan.start(portal.parameters, portal.formats, portal.running);
    await state.hear(portal.execution);
  }
  const stream = portal.execution.rows;
  if (stream === null) throw unknownCursor(portal.name);
  const rows = new CursorRows(stream, 'never', state.host.limits.cursorBytes, () => checkSessionMemory(state));
  return { rows, hold: false, held: false };
}

/** Rows were encoded when the cursor was declared. */
function checkFormats(portal: Portal, formats: readonly (0 | 1)[]): void {
  if (!isBinary(portal) && formats.some((format) => format === 1))
    throw notSupported('fetching from a text cursor in binary format', 'Declare it BINARY, or ask for text.');
}

function isBinary({ formats }: Portal): boolean {
  return formats.some((format) => format === 1);
}

type FetchedRows = { readonly rows: RowStream; readonly count: () => number };

/** The rows that FETCH names; the first of them are read at once, since errors come before the description of rows. */
async function fetchedRows(cursor: CursorRows, node: FetchStmt): Promise<FetchedRows> {
  let count = 0;
  const steps = fetchSteps(cursor, node);
  let read: RowBatch | undefined = await steps(STEP_ROWS);
  const next = async (maxRows = STEP_ROWS): Promise<RowBatch | undefined> => {
    const batch = read === undefined ? await steps(maxRows) : firstRows(read, maxRows);
    read = read && batch && restOf(read, batch);
    count += batch?.rowCount ?? 0;
    return batch;
  };
  return { rows: { next, close: async () => {} }, count: () => count };
}

/** Moves the cursor in parts of bounded size; undefined at the end. */
function fetchSteps(cursor: CursorRows, node: FetchStmt): (maxRows: number) => Promise<RowBatch | undefined> {
  const howMany = node.howMany === undefined ? 0 : Number(node.howMany);
  const direction = node.direction ?? 'FETCH_FORWARD';
  const inParts = (direction === 'FETCH_FORWARD' || direction === 'FETCH_BACKWARD') && howMany !== 0;
  const backward = (direction === 'FETCH_BACKWARD') !== howMany < 0;
  let left = inParts ? Math.abs(howMany) : 1;
  return async (maxRows) => {
    if (left === 0) return undefined;
    const wanted = Math.min(left, maxRows, STEP_ROWS);
    let batch: RowBatch;
    if (inParts) batch = await (backward ? cursor.backward(wanted) : cursor.forward(wanted));
    else if (direction === 'FETCH_ABSOLUTE') batch = await cursor.absolute(howMany);
    else batch = await cursor.relative(howMany);
    if (batch.rowCount < wanted || !inParts) left = 0;
    else if (left < ALL) left -= wanted;
    return batch.rowCount === 0 ? undefined : batch;
  };
}

/** How far MOVE went where nobody needs the rows; undefined where it goes the way of FETCH. */
function movedAtOnce(cursor: CursorRows, node: FetchStmt): number | undefined {
  const howMany = node.howMany === undefined ? 0 : Number(node.howMany);
  const direction = node.direction ?? 'FETCH_FORWARD';
  if (howMany === 0 && direction !== 'FETCH_ABSOLUTE') return cursor.isOnRow ? 1 : 0;
  return direction === 'FETCH_BACKWARD' && howMany >= ALL ? cursor.rewind() : undefined;
}

function firstRows(batch: RowBatch, maxRows: number): RowBatch {
  if (batch.rowCount <= maxRows) return batch;
  const bytes = Buffer.concat(splitRowMessages(batch.bytes).slice(0, maxRows));
  return { bytes, rowCount: maxRows };
}

function restOf(batch: RowBatch, taken: RowBatch): RowBatch | undefined {
  if (taken.rowCount === batch.rowCount) return undefined;
  return { bytes: batch.bytes.subarray(taken.bytes.length), rowCount: batch.rowCount - taken.rowCount };
}
