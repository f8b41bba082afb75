import type { Send } from './postgres-lane.ts';
import { FIRST_USER_OID } from './private/private-oid-gap.ts';
import { dataRowValues } from './read-reply.ts';
import { query, request } from './request.ts';

/** What an instance says of itself when it is opened. */
export type InstanceFacts = {
  readonly serverVersion: string;
  /** PostgreSQL's own that always answer the same for the same arguments. */
  readonly immutableFunctions: ReadonlySet<number>;
  /** Those of users have greater oids. */
  readonly lastFunction: number;
};

export async function readFacts(send: Send): Promise<InstanceFacts> {
  const [answer] = await send(() => request(query(FACTS)));
  if (answer?.error) throw answer.error;
  const [version = '', immutable = '', last = ''] = (answer?.rows[0] ? dataRowValues(answer.rows[0]) : []).map(
    (value) => new TextDecoder().decode(value ?? new Uint8Array()),
  );
  return {
    serverVersion: version,
    immutableFunctions: new Set(immutable.split(',').map(Number)),
    lastFunction: Number(last),
  };
}

const FACTS = `SELECT pg_catalog.current_setting('server_version'),
  string_agg(oid::text, ',') FILTER (WHERE provolatile = 'i' AND oid < ${FIRST_USER_OID}), max(oid)::int8
  FROM pg_catalog.pg_proc`;
