/**
 * Room `governance`: who may log in, and what Postgres keeps beside the tables. The *control log* is the durable truth:
 * an append-only list of changes to roles, and to the views, sequences, types and routines of each database, kept in
 * SQLite beside the catalog or in a PostgreSQL. The embedded Postgres of every database is a cache of it: roles are
 * replayed into them at start and after each change, objects before a statement that may name them. It holds
 * verifiers, never passwords.
 *
 * Invariants: a change is in the log before any embedded Postgres knows of it; entries are numbered without gaps, and
 * an entry is appended only by whoever has read all before it (a lost race is read again, not overwritten).
 *
 * Rights on single tables are not kept yet: each role may read and write all tables, and Postgres says so too
 * (pg_read_all_data, pg_write_all_data). Definitions of schemas and tables belong to the first role.
 *
 * To debug: `bergwire user list`, or read the table `bergwire_control_log`.
 */

import type { SchemaObject } from '../postgres/schema-object.ts';

/** What CREATE ROLE and ALTER ROLE say of a role; what is left out stays as it was (or PostgreSQL's default). */
export type RoleAttributes = {
  readonly login?: boolean;
  readonly inherit?: boolean;
  readonly createRole?: boolean;
  readonly createDatabase?: boolean;
  readonly superuser?: boolean;
  readonly replication?: boolean;
  readonly bypassRls?: boolean;
  /** -1 is no limit. */
  readonly connectionLimit?: number;
  /** A timestamp as PostgreSQL prints it, or `infinity`. */
  readonly validUntil?: string;
  /** A SCRAM-SHA-256 verifier as pg_authid holds it; null takes the password away. */
  readonly verifier?: string | null;
};

export type RoleChange =
  | { readonly kind: 'create' | 'alter'; readonly role: string; readonly attributes: RoleAttributes }
  | { readonly kind: 'drop'; readonly role: string };

/** What a transaction did to the objects of one database, as one entry: all of it or nothing. */
export type ObjectsChange = {
  readonly kind: 'objects';
  readonly database: string;
  /** By `objectKey`; null is gone. */
  readonly changes: readonly (readonly [key: string, object: SchemaObject | null])[];
};

/**
 * Values of a sequence up to `last` are spoken for (where `isCalled`; else `last` is the next one). Every gateway keeps
 * what it has reserved to itself, unless `isSet`: setval() and ALTER SEQUENCE count for all.
 */
export type SequenceChange = {
  readonly kind: 'sequence';
  readonly database: string;
  /** See SchemaObject. */
  readonly id: string;
  readonly last: string;
  readonly isCalled: boolean;
  readonly isSet: boolean;
};

export type ControlChange = RoleChange | ObjectsChange | SequenceChange;

/** One line of the control log. */
export type ControlEntry = {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** When it was appended, ISO 8601. */
  readonly at: string;
  /** The role that asked for it. */
  readonly by: string;
  readonly change: ControlChange;
};

/** Where changes are kept. */
export interface ControlLog {
  /** Entries after that sequence number, in order. */
  entriesAfter(sequence: number): Promise<readonly ControlEntry[]>;
  /** Appends one entry; false where another one already has its number, and nothing was written. */
  append(entry: ControlEntry): Promise<boolean>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a login is checked against. */
export type Credential = {
  /** Undefined where the role has no password. */
  readonly verifier: string | undefined;
  readonly login: boolean;
  /** -1 is no limit. */
  readonly connectionLimit: number;
  /** Milliseconds since 1970; undefined is for ever. */
  readonly validUntilMs: number | undefined;
};
