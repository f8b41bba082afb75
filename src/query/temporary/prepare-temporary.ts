import type { Statement } from '../../sql/sql.ts';
import type { PreparedStatement } from '../prepare-statement.ts';
import { inClientText } from '../prepare-statement.ts';
import type { StatementContext } from '../query.ts';
import { TemporaryObjects } from './temporary-objects.ts';
import type { TemporaryTransaction } from './temporary-transaction.ts';

/** Parse and Describe by the session's private instance. */
export async function prepareTemporary(
  statement: Statement,
  parameterOids: readonly number[],
  context: StatementContext,
  transaction: TemporaryTransaction | undefined,
): Promise<PreparedStatement> {
  const { temporary } = context;
  if (!(temporary instanceof TemporaryObjects)) throw new Error('the session has no place for temporary objects');
  const instance =
    transaction === undefined ? await temporary.instance(context.settings) : await transaction.enter(context);
  const answer = await instance.describe(statement.text, parameterOids).catch((error: unknown) => {
    throw inClientText(error, statement.toClientPosition);
  });
  return {
    statement,
    parameterOids: answer.parameterOids,
    fields: answer.fields,
    notices: answer.notices,
    reads: new Map(),
    route: { kind: 'temporary' },
    context,
  };
}
