import { createHash } from 'node:crypto';
import type { Schema } from '../iceberg/iceberg.ts';
import { formatJson } from '../iceberg/json.ts';
import { schemaJson } from '../iceberg/schema-json.ts';

/** Tells states of a mirrored relation apart. Schema ids alone do not: what was rolled back may have had the same one. */
export class RelationFingerprints {
  /** Metadata is parsed once, so most schemas are seen many times. */
  readonly #shapes = new WeakMap<Schema, string>();

  of(tableUuid: string, schema: Schema, properties: Readonly<Record<string, string>>): string {
    let shape = this.#shapes.get(schema);
    if (shape === undefined) {
      shape = createHash('sha256')
        .update(formatJson(schemaJson(schema)))
        .digest('base64');
      this.#shapes.set(schema, shape);
    }
    return JSON.stringify([tableUuid, shape, properties]);
  }
}
