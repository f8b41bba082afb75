import { formatJson, parseJson } from './json.ts';
import type { NestedField, TableMetadata } from './iceberg.ts';
import type { Json, JsonObject } from './json.ts';

/** The table property by which files without field ids are read (spec: Name Mapping Serialization). */
const NAME_MAPPING = 'schema.name-mapping.default';

/** A renamed column is found in older files by its old name and in new ones by both. */
export function withRenameInNameMapping(metadata: TableMetadata, fieldId: number, newName: string): TableMetadata {
  return withMapping(metadata, (entries) => renamed(entries, fieldId, newName));
}

/** A new column takes its name from whatever had it before. Only a mapping that the table has is kept up. */
export function withColumnInNameMapping(
  metadata: TableMetadata,
  column: NestedField,
  parent: readonly string[],
): TableMetadata {
  return withMapping(metadata, (entries) => added(entries, column, parent));
}

function withMapping(
  metadata: TableMetadata,
  change: (entries: readonly JsonObject[]) => readonly JsonObject[],
): TableMetadata {
  const text = metadata.properties[NAME_MAPPING];
  const parsed = text === undefined ? undefined : parsedMapping(text);
  if (parsed === undefined) return metadata;
  return { ...metadata, properties: { ...metadata.properties, [NAME_MAPPING]: formatJson(change(parsed)) } };
}

/** Undefined for text that is no mapping: it is left as it is. */
function parsedMapping(text: string): readonly JsonObject[] | undefined {
  try {
    const json = parseJson(text);
    return Array.isArray(json) ? (json as readonly JsonObject[]) : undefined;
  } catch {
    return undefined;
  }
}

function renamed(entries: readonly JsonObject[], fieldId: number, newName: string): readonly JsonObject[] {
  if (entries.some((entry) => entry['field-id'] === fieldId)) {
    return entries.map((entry) =>
      entry['field-id'] === fieldId
        ? { ...entry, names: [...new Set([...namesOf(entry), newName])] }
        : withoutName(entry, newName),
    );
  }
  return entries.map((entry) => withFields(entry, (fields) => renamed(fields, fieldId, newName)));
}

function added(entries: readonly JsonObject[], column: NestedField, parent: readonly string[]): readonly JsonObject[] {
  const [name, ...rest] = parent;
  if (name === undefined) {
    const mapped: JsonObject = { 'field-id': column.id, names: [column.name] };
    return [...entries.map((entry) => withoutName(entry, column.name)), mapped];
  }
  return entries.map((entry) =>
    namesOf(entry).includes(name) ? withFields(entry, (fields) => added(fields, column, rest)) : entry,
  );
}

function withFields(entry: JsonObject, change: (fields: readonly JsonObject[]) => readonly JsonObject[]): JsonObject {
  const fields = entry['fields'];
  return Array.isArray(fields) ? { ...entry, fields: change(fields as readonly JsonObject[]) } : entry;
}

function withoutName(entry: JsonObject, name: string): JsonObject {
  return { ...entry, names: namesOf(entry).filter((known) => known !== name) };
}

function namesOf(entry: JsonObject): readonly string[] {
  return Array.isArray(entry['names']) ? (entry['names'] as readonly Json[]).map(String) : [];
}
