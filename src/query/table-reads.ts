import type { LoadedTable } from '../catalog/catalog.ts';
import type { DataFile, Schema } from '../iceberg/iceberg.ts';
import { boundPredicate } from '../plan/bound-predicate.ts';
import type { BoundPredicate } from '../plan/bound-predicate.ts';
import { fileMayMatch } from '../plan/file-may-match.ts';
import type { Predicate } from '../plan/plan.ts';

/** What a serializable transaction read, or any one locked, of the current state of one table. */
export type TableRead = { readonly loaded: LoadedTable; readonly predicates: readonly BoundPredicate[] };

/** What a serializable transaction read or any one locked, by table uuid: others must not change it before the transaction commits. */
export class TableReads {
  readonly #reads = new Map<string, TableRead>();

  add(loaded: LoadedTable, schema: Schema, predicate: Predicate): void {
    const { tableUuid } = loaded.metadata;
    const known = this.#reads.get(tableUuid);
    const predicates = [...(known?.predicates ?? []), boundPredicate(predicate, schema)];
    this.#reads.set(tableUuid, { loaded: known?.loaded ?? loaded, predicates });
  }

  get all(): readonly TableRead[] {
    return [...this.#reads.values()];
  }

  /** Whether a file that came to the table or left it may be about rows that were read; undefined: none were. */
  conflicts(tableUuid: string): ((changed: DataFile) => boolean) | undefined {
    const read = this.#reads.get(tableUuid);
    if (read === undefined) return undefined;
    const specs = new Map(read.loaded.metadata.partitionSpecs.map((spec) => [spec.specId, spec]));
    return (changed) => {
      const spec = specs.get(changed.specId);
      return spec === undefined || read.predicates.some((predicate) => fileMayMatch(predicate, spec, changed));
    };
  }
}
