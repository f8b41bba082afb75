import { OPERATOR_ROWS } from './operator-rows.ts';

export type BuiltInOperator = {
  readonly oid: number;
  readonly name: string;
  readonly functionOid: number;
  /** Type names; `-` where there is no such operand. */
  readonly left: string;
  readonly right: string;
  /** In the type's default btree class: 1 <, 2 <=, 3 =, 4 >=, 5 >; else 0. */
  readonly strategy: number;
};

export function operatorByOid(oid: number): BuiltInOperator | undefined {
  return BY_OID.get(oid);
}

export function operatorByName(name: string, left: string, right: string): BuiltInOperator | undefined {
  return BY_NAME.get(`${name} ${left} ${right}`);
}

const OPERATORS: readonly BuiltInOperator[] = OPERATOR_ROWS.trim()
  .split(/\s+/)
  .map((row) => {
    const [oid, functionOid, left, right, strategy, name] = row.split(':') as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return { oid: Number(oid), name, functionOid: Number(functionOid), left, right, strategy: Number(strategy) };
  });
const BY_OID = new Map(OPERATORS.map((operator) => [operator.oid, operator]));
const BY_NAME = new Map(OPERATORS.map((operator) => [`${operator.name} ${operator.left} ${operator.right}`, operator]));
