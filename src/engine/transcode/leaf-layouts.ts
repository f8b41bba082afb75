import { dataCorrupted } from '../errors.ts';
import { numberField } from './thrift-struct.ts';
import type { ThriftStruct } from './thrift-struct.ts';
import type { PageLayout } from './plain-page.ts';

/** A leaf column of a file: how its pages are laid out, and whether its values are floats. */
export type LeafLayout = Omit<PageLayout, 'codec'> & { readonly isFloat: boolean };

/** Ids of parquet.thrift's SchemaElement. */
const ELEMENT = { type: 1, typeLength: 2, repetition: 3, childCount: 5 };
const REQUIRED = 0;
const REPEATED = 2;
const [INT32, INT64, INT96, FLOAT, DOUBLE, FIXED] = [1, 2, 3, 4, 5, 7];
const WIDTHS = new Map([
  [INT32, 4],
  [INT64, 8],
  [INT96, 12],
  [FLOAT, 4],
  [DOUBLE, 8],
]);

/** The leaves of a flattened schema in the order of the column chunks. */
export function leafLayouts(elements: readonly ThriftStruct[]): readonly LeafLayout[] {
  const leaves: LeafLayout[] = [];
  let at = 0;
  const read = (maxRepetition: number, maxDefinition: number, depth: number): void => {
    const element = elements[at++];
    if (element === undefined || depth > elements.length)
      throw dataCorrupted('the schema of a data file is incomplete');
    const repetition = numberField(element, ELEMENT.repetition) ?? REQUIRED;
    const isRoot = depth === 0;
    const repetitions = maxRepetition + (!isRoot && repetition === REPEATED ? 1 : 0);
    const definitions = maxDefinition + (!isRoot && repetition !== REQUIRED ? 1 : 0);
    const children = numberField(element, ELEMENT.childCount) ?? 0;
    const type = numberField(element, ELEMENT.type);
    if (children === 0 && !isRoot) {
      leaves.push({
        width: type === FIXED ? numberField(element, ELEMENT.typeLength) : WIDTHS.get(type ?? -1),
        isFloat: type === FLOAT || type === DOUBLE,
        maxRepetition: repetitions,
        maxDefinition: definitions,
      });
    }
    for (let i = 0; i < children; i++) read(repetitions, definitions, depth + 1);
  };
  read(0, 0, 0);
  return leaves;
}
