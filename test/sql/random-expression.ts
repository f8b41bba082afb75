/** Random expressions of SQL, typed by construction. */
import { FORMS, LITERALS, NAMES, ORDERED_TYPES } from './random-forms.ts';
import type { SqlType } from './random-forms.ts';

/** Something an expression may name: a column, a group key, an aggregate. */
export type Leaf = { readonly sql: string; readonly type: SqlType };

/** Integers below `below`, from a seed. */
export type Dice = (below: number) => number;

export function pick<T>(dice: Dice, choices: readonly T[]): T {
  return choices[dice(choices.length)]!;
}

/** Forms that every type has. */
function generic(type: SqlType): readonly string[] {
  const own = `{${type}}`;
  const forms = [
    `coalesce(${own}, ${own})`,
    `case when {bool} then ${own} else ${own} end`,
    `case when {bool} then ${own} when {bool} then ${own} end`,
    `case {int} when {int} then ${own} else ${own} end`,
    `nullif(${own}, ${own})`,
  ];
  if (!ORDERED_TYPES.includes(type) || type === 'bool' || type === 'uuid' || type === 'bytea') return forms;
  return [...forms, `greatest(${own}, ${own})`, `least(${own}, ${own})`];
}

const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='];

/** An expression of `type` over `leaves`, at most `depth` forms deep. */
export function randomExpression(dice: Dice, type: SqlType, depth: number, leaves: readonly Leaf[]): string {
  const own = leaves.filter((leaf) => leaf.type === type);
  if (depth <= 0 || dice(6) === 0) {
    if (own.length > 0 && dice(5) > 0) return pick(dice, own).sql;
    return dice(8) === 0 ? `null::${NAMES[type]}` : pick(dice, LITERALS[type]);
  }
  return `(${fill(dice, formOf(dice, type), depth, leaves)})`;
}

function formOf(dice: Dice, type: SqlType): string {
  if (type === 'bool' && dice(3) === 0) {
    const operand = pick(dice, ORDERED_TYPES);
    const name = `{${operand}}`;
    return pick(dice, [
      `${name} ${pick(dice, COMPARISONS)} ${name}`,
      `${name} is null`,
      `${name} is not null`,
      `${name} is distinct from ${name}`,
      `${name} between ${name} and ${name}`,
      `${name} in (${name}, ${name})`,
    ]);
  }
  return pick(dice, dice(4) === 0 ? generic(type) : FORMS[type]);
}

function fill(dice: Dice, form: string, depth: number, leaves: readonly Leaf[]): string {
  return form.replaceAll(/\{(\w+)\}/g, (_, type: string) => {
    // Types keep to their kind mostly: deep mixtures end in errors.
    return randomExpression(dice, type as SqlType, depth - 1 - dice(2), leaves);
  });
}
