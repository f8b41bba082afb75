import type { SessionState } from './session-state.ts';

/** The rows of pg_prepared_statements. There are no generic plans here: each execution counts as a custom one. */
export function preparedStatementFacts({ statements }: SessionState): readonly Readonly<Record<string, unknown>>[] {
  return [...statements]
    .filter(([name]) => name !== '')
    .map(([name, { plan, text, preparedAtMs, isFromSql }]) => ({
      name,
      statement: text,
      prepare_time: new Date(preparedAtMs).toISOString(),
      parameter_types: `{${(plan?.parameterOids ?? []).join()}}`,
      result_types: plan?.fields ? `{${plan.fields.map(({ typeOid }) => typeOid).join()}}` : null,
      from_sql: isFromSql,
      generic_plans: 0,
      custom_plans: 0,
    }));
}
