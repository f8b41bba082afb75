import type { TransactionStmt } from '@pgsql/types';
import type { Statement } from '../sql/sql.ts';
import {
  insideTransaction,
  noTransaction,
  preparedTransactionsDisabled,
  unknownPreparedTransaction,
} from './errors.ts';
import { commandPlan } from './plan.ts';
import type { Plan } from './plan.ts';
import type { SessionState } from './session-state.ts';
import { transactionModes } from './transaction-modes.ts';

/** BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kin (PostgreSQL's xact.c). */
export function transactionStatement(state: SessionState, statement: Statement, node: TransactionStmt): Plan {
  return commandPlan(statement, () => runTransaction(state, node));
}

/** Statements that a failed block still takes (IsTransactionExitStmt). */
export function isTransactionExit(statement: Statement): boolean {
  if (!('TransactionStmt' in statement.node)) return false;
  const { kind } = statement.node.TransactionStmt;
  return (
    kind === 'TRANS_STMT_COMMIT' ||
    kind === 'TRANS_STMT_ROLLBACK' ||
    kind === 'TRANS_STMT_ROLLBACK_TO' ||
    kind === 'TRANS_STMT_PREPARE'
  );
}

async function runTransaction(state: SessionState, node: TransactionStmt): Promise<string> {
  const name = node.savepoint_name ?? '';
  switch (node.kind) {
    case 'TRANS_STMT_BEGIN':
      return begin(state, node, 'BEGIN');
    case 'TRANS_STMT_START':
      return begin(state, node, 'START TRANSACTION');
    case 'TRANS_STMT_COMMIT':
      return await commit(state, node.chain ?? false);
    case 'TRANS_STMT_ROLLBACK':
      return await rollback(state, node.chain ?? false);
    case 'TRANS_STMT_SAVEPOINT':
      requireBlock(state, 'SAVEPOINT');
      await state.block.savepoint(name);
      state.settings.values.savepoint(name);
      state.notifications.savepoint(name);
      return 'SAVEPOINT';
    case 'TRANS_STMT_RELEASE': {
      requireBlock(state, 'RELEASE SAVEPOINT');
      const left = state.block.release(name);
      state.settings.values.release(name);
      state.notifications.release(name);
      state.locks.keepAt(left);
      for (const portal of state.portals.values()) portal.depth = Math.min(portal.depth, left);
      return 'RELEASE';
    }
    case 'TRANS_STMT_ROLLBACK_TO': {
      requireBlock(state, 'ROLLBACK TO SAVEPOINT');
      const left = state.block.rollbackTo(name);
      await state.closePortalsAbove(left - 1);
      state.settings.values.rollbackTo(name);
      state.notifications.rollbackTo(name);
      state.locks.rollbackAbove(left - 1);
      return 'ROLLBACK';
    }
    case 'TRANS_STMT_PREPARE':
      return await prepareTransaction(state);
    default:
      if (state.block.state !== 'implicit' || state.severalStatements)
        throw insideTransaction(node.kind === 'TRANS_STMT_COMMIT_PREPARED' ? 'COMMIT PREPARED' : 'ROLLBACK PREPARED');
      throw unknownPreparedTransaction(node.gid ?? '');
  }
}

function begin(state: SessionState, node: TransactionStmt, tag: string): string {
  const { block } = state;
  if (block.state === 'block') {
    state.warn('25001', 'there is already a transaction in progress');
    block.changeModes(transactionModes(node.options ?? [], block.modes));
    return tag;
  }
  block.begin(transactionModes(node.options ?? [], block.modes));
  return tag;
}

async function commit(state: SessionState, chain: boolean): Promise<string> {
  const { block } = state;
  const { modes } = block;
  if (block.state === 'failed') return await rollback(state, chain);
  if (block.state !== 'block') {
    if (chain) throw noTransaction('COMMIT AND CHAIN');
    state.warn('25P01', 'there is no transaction in progress');
  }
  await state.commit();
  if (chain) block.begin(modes);
  return 'COMMIT';
}

async function rollback(state: SessionState, chain: boolean): Promise<string> {
  const { block } = state;
  const { modes } = block;
  if (block.state !== 'block' && block.state !== 'failed') {
    if (chain) throw noTransaction('ROLLBACK AND CHAIN');
    state.warn('25P01', 'there is no transaction in progress');
  }
  await state.rollback();
  if (chain) block.begin(modes);
  return 'ROLLBACK';
}

/** PREPARE TRANSACTION, as a PostgreSQL with max_prepared_transactions = 0 answers it: the block is over. */
async function prepareTransaction(state: SessionState): Promise<string> {
  const isOpen = state.block.state === 'block';
  const tag = await rollback(state, false);
  if (isOpen) throw preparedTransactionsDisabled();
  return tag;
}

/** A text of several statements is a block for everything but its own end. */
function requireBlock(state: SessionState, command: string): void {
  if (state.block.state === 'implicit') throw noTransaction(command);
}
