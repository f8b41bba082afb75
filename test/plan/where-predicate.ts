import { parse } from 'libpg-query';
import type { IcebergValue, NestedField, Schema, Type } from '../../src/iceberg/iceberg.ts';
import type { Comparison, Predicate } from '../../src/plan/plan.ts';

/** A node of libpg-query's raw tree: one property, named after its kind. */
type Tree = { readonly [kind: string]: unknown };
type Body = { readonly [part: string]: unknown };

/** Reads the fixtures' `where` language, a corner of PostgreSQL's, into a predicate. `st.a` is a field of a struct. */
export async function wherePredicate(where: string, schema: Schema): Promise<Predicate> {
  // A column of the fixtures has a key word's name.
  const tree = (await parse(`SELECT WHERE ${where.replace(/\bfull\b/, '"full"')}`)) as unknown as {
    stmts: { stmt: { SelectStmt: { whereClause: Tree } } }[];
  };
  return predicateOf(tree.stmts[0]!.stmt.SelectStmt.whereClause, schema);
}

function predicateOf(node: Tree, schema: Schema): Predicate {
  const [kind, body] = Object.entries(node)[0] as [string, Body];
  switch (kind) {
    case 'BoolExpr': {
      const parts = (body['args'] as Tree[]).map((part) => predicateOf(part, schema));
      if (body['boolop'] === 'NOT_EXPR') return { kind: 'not', of: parts[0]! };
      return { kind: body['boolop'] === 'AND_EXPR' ? 'and' : 'or', of: parts };
    }
    case 'NullTest': {
      const { id } = columnOf(body['arg'] as Tree, schema);
      return { kind: body['nulltesttype'] === 'IS_NULL' ? 'isNull' : 'isNotNull', field: id };
    }
    case 'A_Expr':
      return comparisonOf(body, schema);
    default:
      throw new Error(`unexpected ${kind}`);
  }
}

function comparisonOf(body: Body, schema: Schema): Predicate {
  const { id, type } = columnOf(body['lexpr'] as Tree, schema);
  const op = (body['name'] as { String: { sval: string } }[])[0]!.String.sval;
  const right = body['rexpr'] as Tree;
  switch (body['kind'] as string) {
    case 'AEXPR_OP':
      return { kind: 'compare', field: id, op: op as Comparison, value: constant(right, type) };
    case 'AEXPR_IN': {
      const items = (right as unknown as { List: { items: Tree[] } }).List.items;
      const among: Predicate = { kind: 'in', field: id, values: items.map((item) => constant(item, type)) };
      return op === '=' ? among : { kind: 'not', of: among };
    }
    case 'AEXPR_LIKE': {
      const pattern = textOf(right);
      if (!/^[^%_\\]*%$/.test(pattern)) throw new Error(`unexpected pattern ${pattern}`);
      const starts: Predicate = { kind: 'startsWith', field: id, prefix: pattern.slice(0, -1) };
      return op === '~~' ? starts : { kind: 'not', of: starts };
    }
    default:
      throw new Error(`unexpected ${JSON.stringify(body)}`);
  }
}

function columnOf(node: Tree, schema: Schema): NestedField {
  const names = (node as unknown as { ColumnRef: { fields: { String: { sval: string } }[] } }).ColumnRef.fields;
  let fields = schema.fields;
  let found: NestedField | undefined;
  for (const { String: part } of names) {
    found = fields.find(({ name }) => name === part.sval);
    if (found === undefined) throw new Error(`no column ${part.sval}`);
    fields = typeof found.type === 'object' && found.type.kind === 'struct' ? found.type.fields : [];
  }
  return found!;
}

/** The text of a literal, whatever type it is cast to. */
function textOf(node: Tree): string {
  const [kind, body] = Object.entries(node)[0] as [string, Body];
  if (kind === 'TypeCast') return textOf(body['arg'] as Tree);
  if (kind === 'A_Expr' && body['kind'] === 'AEXPR_OP') return `-${textOf(body['rexpr'] as Tree)}`;
  if (kind !== 'A_Const') throw new Error(`unexpected ${kind}`);
  const [valueKind, value] = Object.entries(body).find(([name]) => name.endsWith('val'))! as [string, object];
  const text = Object.values(value)[0] as string | number | boolean | undefined;
  return String(text ?? (valueKind === 'boolval' ? false : valueKind === 'sval' ? '' : 0));
}

function constant(node: Tree, type: Type): IcebergValue {
  return valueOf(textOf(node), type);
}

function valueOf(text: string, type: Type): IcebergValue {
  const kind = typeof type === 'object' ? type.kind : type;
  switch (kind) {
    case 'boolean':
      return text === 'true';
    case 'int':
    case 'float':
    case 'double':
      return Number(text);
    case 'long':
      return BigInt(text);
    case 'decimal': {
      const [whole, fraction = ''] = text.split('.');
      const scale = (type as { scale: number }).scale;
      return BigInt(whole! + fraction.padEnd(scale, '0'));
    }
    case 'date':
      return Date.parse(text) / 86_400_000;
    case 'timestamp':
    case 'timestamptz':
      return BigInt(Date.parse(`${text.replace(' ', 'T').replace('+00', '')}Z`)) * 1000n;
    case 'string':
      return text;
    case 'uuid':
      return Buffer.from(text.replaceAll('-', ''), 'hex');
    case 'binary':
    case 'fixed':
      return Buffer.from(text.slice(2), 'hex');
    default:
      throw new Error(`unexpected type ${kind}`);
  }
}
