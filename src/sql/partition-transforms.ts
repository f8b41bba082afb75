/**
 * The body of PARTITION BY: `day(ts), bucket(16, id), truncate(4, s), region`, parsed by Postgres' grammar as a
 * select list. Spark's plural names (`days`) mean the same.
 */
import { byteOffsets } from './byte-offsets.ts';
import { badTransform } from './errors.ts';
import type { ScannedText } from './scanned-text.ts';
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

type Expression = {
  ColumnRef?: { fields?: { String?: { sval?: string } }[]; location?: number };
  FuncCall?: { funcname?: { String?: { sval?: string } }[]; args?: Expression[]; location?: number };
  A_Const?: { ival?: { ival?: number } };
};

/** Tokens `first` up to `end` (exclusive). Raises 42601. */
export function partitionTransforms(scanned: ScannedText, first: number, end: number): TransformClause[] {
  const { tokens, offsets, grammar } = scanned;
  if (end <= first) throw badTransform(offsets.position(tokens[end]?.start ?? offsets.sizeBytes));
  const start = tokens[first]!.start;
  const select = 'SELECT ';
  const body = select + offsets.slice(start, tokens[end - 1]!.end);
  const parsed = grammar.parse(body);
  const clientPosition = (location: number): number => offsets.position(start + Math.max(0, location - select.length));
  if (parsed.kind === 'error') throw badTransform(clientPosition(byteOffsets(body).offset(parsed.position ?? 1)));
  const node = parsed.statements[0]?.node as { SelectStmt?: { targetList?: unknown[]; fromClause?: unknown[] } };
  const targets = (node.SelectStmt?.targetList ?? []) as { ResTarget: Target }[];
  if (parsed.statements.length !== 1 || node.SelectStmt?.fromClause) throw badTransform(clientPosition(0));
  return targets.map(({ ResTarget: target }) => {
    const clause = target.name === undefined && target.val ? transformOf(target.val) : undefined;
    const position = clientPosition(target.location ?? 0);
    if (clause === undefined) throw badTransform(position);
    return { ...clause, position };
  });
}

type Target = { name?: string; val?: Expression; location?: number };

function transformOf(expression: Expression): Omit<TransformClause, 'position'> | undefined {
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
