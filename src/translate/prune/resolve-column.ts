import type { Expression } from '../../tree/expression.ts';
import type { Query, RangeTblEntry } from '../../tree/tree.ts';
import { RTE } from '../../tree/tree.ts';
import { functionByOid } from '../catalog/built-in-function.ts';
import type { MirroredRelation } from '../translate.ts';
import type { Type } from '../../iceberg/iceberg.ts';

/** A subquery whose rows are those of its FROM that pass its WHERE. */
export function isSimple(query: Query): boolean {
  return (
    query.commandType === 'select' &&
    !query.hasAggs &&
    !query.hasWindowFuncs &&
    !query.hasTargetSRFs &&
    query.cteList === null &&
    query.setOperations === null &&
    query.groupClause === null &&
    query.groupingSets === null &&
    query.havingQual === null &&
    query.distinctClause === null &&
    query.limitCount === null &&
    query.limitOffset === null
  );
}

export type ResolvedColumn = { readonly fieldId: number; readonly typeOid: number };

/** Casts that keep the order and equality of every value. */
const ORDER_KEEPING: ReadonlySet<string> = new Set([
  'int4(int2)',
  'int8(int2)',
  'int8(int4)',
  'numeric(int2)',
  'numeric(int4)',
  'numeric(int8)',
  'float8(float4)',
]);

/** The field of `relation`'s entry that an expression of `query` is, possibly through views and widening casts. */
export function resolveColumn(
  node: Expression,
  query: Query,
  wanted: RangeTblEntry,
  relation: MirroredRelation,
): ResolvedColumn | undefined {
  const resolved = resolve(node, query, wanted, relation);
  if (resolved === undefined) return undefined;
  const { type } = resolved;
  if (typeof type === 'object' && type.kind !== 'decimal' && type.kind !== 'fixed') return undefined;
  return { fieldId: resolved.fieldId, typeOid: resolved.typeOid };
}

type Resolved = ResolvedColumn & { readonly type: Type };

function resolve(
  node: Expression,
  query: Query,
  wanted: RangeTblEntry,
  relation: MirroredRelation,
): Resolved | undefined {
  switch (node.node) {
    case 'VAR': {
      if (node.varlevelsup !== 0) return undefined;
      const entry = query.rtable?.[node.varno - 1];
      if (entry === wanted) {
        const column = relation.columns[node.varattno - 1];
        return column && { fieldId: column.field.id, typeOid: column.typeOid, type: column.field.type };
      }
      if (entry?.rtekind === RTE.join) {
        const aliased = entry.joinaliasvars?.[node.varattno - 1];
        return aliased === null || aliased === undefined ? undefined : resolve(aliased, query, wanted, relation);
      }
      if (entry?.rtekind === RTE.subquery && entry.subquery && isSimple(entry.subquery)) {
        const target = entry.subquery.targetList?.find(({ resno }) => resno === node.varattno);
        return target && resolve(target.expr, entry.subquery, wanted, relation);
      }
      return undefined;
    }
    case 'RELABELTYPE': {
      const inner = resolve(node.arg, query, wanted, relation);
      return inner && { ...inner, typeOid: node.resulttype };
    }
    case 'FUNCEXPR': {
      const signature = functionByOid(node.funcid)?.signature;
      const [arg] = node.args ?? [];
      if (signature === undefined || arg === undefined || !ORDER_KEEPING.has(signature)) return undefined;
      const inner = resolve(arg, query, wanted, relation);
      return inner && { ...inner, typeOid: node.funcresulttype };
    }
    case 'FIELDSELECT': {
      const inner = resolve(node.arg, query, wanted, relation);
      if (typeof inner?.type !== 'object' || inner.type.kind !== 'struct') return undefined;
      const field = inner.type.fields[node.fieldnum - 1];
      return field && { fieldId: field.id, typeOid: node.resulttype, type: field.type };
    }
    default:
      return undefined;
  }
}
