import type { Catalog } from '../catalog/catalog.ts';
import type { ObjectRegistry } from '../governance/object-registry.ts';
import type { SequenceRegistry } from '../governance/sequence-registry.ts';
import type { RoleRegistry } from '../governance/role-registry.ts';
import type { Engine } from '../engine/engine.ts';
import type { EmbeddedPostgres } from '../postgres/postgres.ts';
import type { PrivatePool } from '../postgres/private/private-pool.ts';
import type { Store } from '../storage/storage.ts';
import type { Grammar } from '../sql/grammar.ts';
import type { FinishLimits } from './errors.ts';
import type { AnalysisCache } from './analysis-cache.ts';
import type { ManifestCache } from '../iceberg/manifest-cache.ts';

/** What a database is made of; handed over open, and closed by whoever opened it. */
export type DatabaseParts = {
  readonly name: string;
  readonly catalog: Catalog;
  readonly store: Store;
  readonly postgres: EmbeddedPostgres;
  /** For the temporary objects of sessions. */
  readonly privatePostgres: PrivatePool;
  /** Most that a statement hands over of tables of the catalog as a whole. */
  readonly temporaryImportBytes: number;
  /** Most that a statement reads which is finished in Postgres; what COPY FROM reads before it writes data files. */
  readonly limits: FinishLimits & { readonly copySegmentBytes: number };
  readonly engine: Engine;
  readonly manifests: ManifestCache;
  readonly grammar: Grammar;
  readonly analyses: AnalysisCache;
  readonly roles: RoleRegistry;
  readonly objects: ObjectRegistry;
  readonly sequences: SequenceRegistry;
};
