import type { FuncCall, SelectStmt } from '@pgsql/types';
import type { RowBatch } from '../engine/engine.ts';
import type { BoundParameters } from '../query/query.ts';
import type { Statement } from '../sql/sql.ts';
import type { LockKey, LockMode } from './advisory-locks.ts';
import { durationMs } from './duration.ts';
import { mayLock } from './may-lock.ts';
import { NO_FIGURES } from './plan.ts';
import type { Plan } from './plan.ts';
import { planQuery } from './plan-query.ts';
import type { RunningStatement } from './running-statement.ts';
import type { SessionState } from './session-state.ts';
import { splitRows, textRows } from './text-rows.ts';

type LockCall = {
  readonly action: 'acquire' | 'try' | 'release' | 'release all';
  readonly mode: LockMode;
  readonly scope: 'session' | 'transaction';
  /** Bytes of the statement's text that name the function. */
  readonly nameStart: number;
  readonly nameEnd: number;
};

/**
 * `SELECT pg_advisory_lock(...)` and its kin, alone or next to others of their kind: the embedded Postgres computes the
 * keys, and the locks are those that the gateway's sessions share. In other places they are refused, since they would
 * lock nothing that another session sees.
 */
export async function lockStatement(
  state: SessionState,
  statement: Statement,
  oids: readonly number[],
): Promise<Plan | undefined> {
  if (!mayLock(statement) || !('SelectStmt' in statement.node)) return undefined;
  if (lockCalls(statement.node.SelectStmt) === undefined) return undefined;
  // Alone, so that offsets are those of its own text.
  const [alone] = state.host.split(statement.text);
  if (alone === undefined || !('SelectStmt' in alone.node)) return undefined;
  const calls = lockCalls(alone.node.SelectStmt)?.map((call) => withNameEnd(call, Buffer.from(alone.text)));
  if (calls === undefined) return undefined;
  const described = await planQuery(state, statement, oids);
  return {
    ...described,
    async start(parameters, formats, running) {
      const keys = await lockKeys(state, statement, described, calls, parameters, running);
      let done = false;
      const next = async (): Promise<RowBatch | undefined> => {
        if (done) return undefined;
        done = true;
        const row: (string | null)[] = [];
        for (const [index, call] of calls.entries()) {
          const key = keys[index] ?? null;
          row.push(key === null ? null : valueText(await runCall(state, call, key, running), formats[index] ?? 0));
        }
        return textRows([row]);
      };
      return { rows: { next, close: async () => {} }, tag: () => 'SELECT 1', notices: [], figures: NO_FIGURES };
    },
  };
}

/** What the function returns; undefined for void. */
async function runCall(
  state: SessionState,
  { action, mode, scope }: LockCall,
  key: LockKey,
  running: RunningStatement,
): Promise<boolean | undefined> {
  const { locks, block } = state;
  if (action === 'try') return locks.tryAcquire({ key, mode, scope }, block.depth);
  if (action === 'acquire') {
    const timeoutMs = durationMs('lock_timeout', state.settings.get('lock_timeout'));
    await locks.acquire({ key, mode, scope }, block.depth, timeoutMs, running.signal);
    return undefined;
  }
  if (action === 'release all') {
    locks.releaseAll();
    return undefined;
  }
  const isReleased = locks.release(key, mode);
  if (!isReleased)
    state.warn('01000', `you don't own a lock of type ${mode === 'shared' ? 'ShareLock' : 'ExclusiveLock'}`);
  return isReleased;
}

/** A value of type void has no bytes, a boolean one, in either format. */
function valueText(value: boolean | undefined, format: 0 | 1): string {
  if (value === undefined) return '';
  if (format === 1) return value ? '\u0001' : '\u0000';
  return value ? 't' : 'f';
}

/** The calls, if the statement is nothing but them. */
function lockCalls(select: SelectStmt): readonly Omit<LockCall, 'nameEnd'>[] | undefined {
  const plain = Object.keys(select).every((key) => key === 'targetList' || key === 'limitOption' || key === 'op');
  const calls = (select.targetList ?? []).map((target) => {
    const node = 'ResTarget' in target ? target.ResTarget.val : undefined;
    return node !== undefined && 'FuncCall' in node ? lockCall(node.FuncCall) : undefined;
  });
  return plain && calls.length > 0 && calls.every((call) => call !== undefined) ? calls : undefined;
}

const NAME = /^pg_(try_)?advisory_(xact_)?(lock|unlock|unlock_all)(_shared)?$/;
/** Whatever else a call may say, Postgres refuses. */
const KNOWN = new Set(['funcname', 'args', 'funcformat', 'location']);

function lockCall(call: FuncCall): Omit<LockCall, 'nameEnd'> | undefined {
  const names = (call.funcname ?? []).map((name) => ('String' in name ? name.String.sval : undefined));
  const found = NAME.exec(names.at(-1) ?? '');
  const isBuiltIn = names.length === 1 || (names.length === 2 && names[0] === 'pg_catalog');
  if (found === null || !isBuiltIn || Object.keys(call).some((key) => !KNOWN.has(key))) return undefined;
  const [, isTry, isTransaction, verb, isShared] = found;
  return {
    action: verb === 'unlock_all' ? 'release all' : verb === 'unlock' ? 'release' : isTry ? 'try' : 'acquire',
    mode: isShared ? 'shared' : 'exclusive',
    scope: isTransaction ? 'transaction' : 'session',
    nameStart: call.location ?? 0,
  };
}

function withNameEnd(call: Omit<LockCall, 'nameEnd'>, text: Buffer): LockCall {
  const [written = ''] = /^(?:"?pg_catalog"?\s*\.\s*)?"?\w+"?/i.exec(text.toString('latin1', call.nameStart)) ?? [];
  return { ...call, nameEnd: call.nameStart + written.length };
}

/** The arguments' values, computed by the embedded Postgres; null where one is, since the functions are strict. */
async function lockKeys(
  state: SessionState,
  statement: Statement,
  described: Plan,
  calls: readonly LockCall[],
  parameters: BoundParameters,
  running: RunningStatement,
): Promise<readonly (LockKey | null)[]> {
  const text = Buffer.from(statement.text);
  const parts: Buffer[] = [];
  let at = 0;
  for (const { nameStart, nameEnd } of calls) {
    parts.push(text.subarray(at, nameStart), Buffer.from('pg_catalog.jsonb_build_array'));
    at = nameEnd;
  }
  const rewritten = Buffer.concat([...parts, text.subarray(at)]).toString('utf8');
  const plan = await planQuery(state, state.host.split(rewritten)[0]!, described.parameterOids);
  const execution = await plan.start(
    parameters,
    calls.map(() => 0),
    running,
  );
  try {
    const batch = await execution.rows?.next();
    const [row = []] = batch === undefined ? [] : splitRows(batch.bytes);
    return row.map((value) => lockKey(Buffer.from(value ?? []).toString('utf8')));
  } finally {
    await execution.rows?.close();
  }
}

/** Of a JSON array of one bigint, two int or nothing. JSON's numbers would lose digits of a bigint. */
function lockKey(json: string): LockKey | null {
  const items = json.slice(1, -1).split(',');
  const values = items.map((item) =>
    item
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
  if (values.includes('null')) return null;
  const [first, second] = values.map((value) => BigInt(value === '' ? 0 : value));
  const half = (value: bigint): bigint => BigInt.asUintN(32, value);
  if (second !== undefined) return `${half(first!)},${half(second)},2`;
  return `${half(first! >> 32n)},${half(first!)},1`;
}
