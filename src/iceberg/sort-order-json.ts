import { malformed } from './errors.ts';
import { JsonReader } from './json-reader.ts';
import { parseTransform, transformText } from './transform-text.ts';
import type { SortField, SortOrder } from './iceberg.ts';
import type { Json, JsonObject } from './json.ts';

export function parseSortOrder(value: Json): SortOrder {
  const reader = new JsonReader(value, 'sort order');
  return { orderId: reader.number('order-id'), fields: reader.list('fields').map(parseSortField) };
}

/** Direction and null order are always written out: Iceberg's default, asc nulls first, is not Postgres'. */
export function sortOrderJson(order: SortOrder): JsonObject {
  return {
    'order-id': order.orderId,
    fields: order.fields.map((field) => ({
      transform: transformText(field.transform),
      'source-id': field.sourceId,
      direction: field.direction,
      'null-order': field.nullOrder,
    })),
  };
}

function parseSortField(value: Json): SortField {
  const reader = new JsonReader(value, 'sort field');
  const sources = reader.optionalList('source-ids');
  return {
    sourceId: reader.optionalNumber('source-id') ?? Number(sources?.[0] ?? -1),
    transform: parseTransform(reader.string('transform')),
    direction: oneOf(reader.string('direction'), ['asc', 'desc']),
    nullOrder: oneOf(reader.string('null-order'), ['nulls-first', 'nulls-last']),
  };
}

function oneOf<T extends string>(text: string, words: readonly T[]): T {
  const word = words.find((candidate) => candidate === text.toLowerCase());
  if (word === undefined) throw malformed('sort order', `"${text}" is none of ${words.join(', ')}`);
  return word;
}
