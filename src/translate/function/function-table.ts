/** The whitelist: every signature that can be translated, and how. Tables per kind of function are merged here. */
import { aggregateFunctions } from './aggregate.ts';
import { arrayFunctions } from './array.ts';
import { binaryFunctions } from './binary.ts';
import { castFunctions } from './cast.ts';
import { comparisonFunctions } from './comparison.ts';
import { dateTimeFunctions } from './date-time.ts';
import { extractFunctions } from './extract.ts';
import { floatFunctions } from './float.ts';
import { integerFunctions } from './integer.ts';
import { intervalFunctions } from './interval.ts';
import { numericFunctions } from './numeric.ts';
import { patternFunctions } from './pattern.ts';
import type { AggregateTemplate, ScalarTemplate, WindowTemplate } from './template.ts';
import { textFunctions } from './text.ts';
import { windowFunctions } from './window.ts';

export const functionTable: ReadonlyMap<string, ScalarTemplate> = new Map(
  [
    comparisonFunctions,
    integerFunctions,
    floatFunctions,
    numericFunctions,
    textFunctions,
    patternFunctions,
    dateTimeFunctions,
    extractFunctions,
    intervalFunctions,
    arrayFunctions,
    binaryFunctions,
    castFunctions,
  ].flatMap((table) => Object.entries(table)),
);

export const aggregateTemplates: ReadonlyMap<string, AggregateTemplate> = new Map(Object.entries(aggregateFunctions));

export const windowTemplates: ReadonlyMap<string, WindowTemplate> = new Map(Object.entries(windowFunctions));

/** Functions, operators' functions and casts (`io(source,target)` for casts through text). */
export function scalarTemplate(signature: string): ScalarTemplate | undefined {
  return functionTable.get(signature);
}

export function aggregateTemplate(signature: string): AggregateTemplate | undefined {
  return aggregateTemplates.get(signature);
}

export function windowTemplate(signature: string): WindowTemplate | undefined {
  return windowTemplates.get(signature);
}
