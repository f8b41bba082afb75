import type { TransformClause } from './sql.ts';

type KnownTransform = { readonly name: string; readonly takesNumber: boolean };

const TRANSFORMS: ReadonlyMap<string, KnownTransform> = new Map(
  ['year', 'month', 'day', 'hour', 'identity', 'void', 'bucket', 'truncate'].flatMap((name) => {
    const known = { name, takesNumber: name === 'bucket' || name === 'truncate' };
    return [name, ...(['year', 'month', 'day', 'hour'].includes(name) ? [`${name}s`] : [])].map(
      (spelling): [string, KnownTransform] => [spelling, known],
    );
  }),
);

/** What the grammar makes of it. */
export type Expression = {
  ColumnRef?: { fields?: { String?: { sval?: string } }[]; location?: number };
  FuncCall?: { funcname?: { String?: { sval?: string } }[]; args?: Expression[]; location?: number };
  A_Const?: { ival?: { ival?: number } };
};

/** A transform or a bare column, as an expression of Postgres' grammar; undefined for anything else. */
export function transformOf(expression: Expression): Omit<TransformClause, 'position'> | undefined {
  const column = columnOf(expression);
  if (column !== undefined) return { transform: 'identity', column };
  const call = expression.FuncCall;
  const known = call?.funcname?.length === 1 ? TRANSFORMS.get(call.funcname[0]!.String?.sval ?? '') : undefined;
  const args = call?.args ?? [];
  if (known === undefined || args.length !== (known.takesNumber ? 2 : 1)) return undefined;
  const argumentColumn = args.map(columnOf).find((name) => name !== undefined);
  if (argumentColumn === undefined) return undefined;
  if (!known.takesNumber) return { transform: known.name, column: argumentColumn };
  const number = args.find((arg) => arg.A_Const?.ival)?.A_Const?.ival;
  // The grammar leaves a zero out.
  return number ? { transform: known.name, argument: number.ival ?? 0, column: argumentColumn } : undefined;
}

function columnOf(expression: Expression): string | undefined {
  const fields = expression.ColumnRef?.fields?.map((field) => field.String?.sval);
  return fields?.every((field) => field !== undefined) ? fields.join('.') : undefined;
}
