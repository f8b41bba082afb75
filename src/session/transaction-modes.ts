import type { Node } from '@pgsql/types';
import type { Isolation, TransactionModes } from './transaction-block.ts';

/** The modes that BEGIN or SET TRANSACTION names, over those there were. */
export function transactionModes(options: readonly Node[], before: TransactionModes): TransactionModes {
  let modes = before;
  for (const option of options) {
    if (!('DefElem' in option)) continue;
    const { defname, arg } = option.DefElem;
    const constant = arg !== undefined && 'A_Const' in arg ? arg.A_Const : {};
    const { sval, ival } = constant as { sval?: { sval?: string }; ival?: { ival?: number } };
    const on = (ival?.ival ?? 0) !== 0;
    if (defname === 'transaction_isolation')
      modes = { ...modes, isolation: (sval?.sval ?? 'read committed') as Isolation };
    else if (defname === 'transaction_read_only') modes = { ...modes, readOnly: on };
    else if (defname === 'transaction_deferrable') modes = { ...modes, deferrable: on };
  }
  return modes;
}
