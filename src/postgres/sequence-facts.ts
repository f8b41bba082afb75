import type { Send } from './postgres-lane.ts';
import { dataRowValues } from './read-reply.ts';
import { query, request } from './request.ts';

/** What Postgres' catalogs say of a sequence. */
export type SequenceFacts = {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly start: bigint;
  readonly increment: bigint;
  readonly min: bigint;
  readonly max: bigint;
  readonly cycles: boolean;
  /** The identity column that it belongs to. */
  readonly identity?: { readonly schema: string; readonly table: string; readonly column: string };
};

export async function readSequences(send: Send): Promise<readonly SequenceFacts[]> {
  const [answer] = await send(() => request(query(SEQUENCES)));
  if (answer?.error) throw answer.error;
  return (answer?.rows ?? []).map((row) => {
    const text = new TextDecoder().decode(dataRowValues(row)[0] ?? new Uint8Array());
    const { start, increment, min, max, identity, ...rest } = JSON.parse(text) as Printed;
    return {
      ...rest,
      start: BigInt(start),
      increment: BigInt(increment),
      min: BigInt(min),
      max: BigInt(max),
      ...(identity !== null && { identity }),
    };
  });
}

type Printed = Pick<SequenceFacts, 'oid' | 'schema' | 'name' | 'cycles'> &
  Readonly<Record<'start' | 'increment' | 'min' | 'max', string>> & {
    readonly identity: NonNullable<SequenceFacts['identity']> | null;
  };

const SEQUENCES = `SELECT json_build_object('oid', c.oid::int8, 'schema', n.nspname, 'name', c.relname,
    'start', s.seqstart::text, 'increment', s.seqincrement::text, 'min', s.seqmin::text, 'max', s.seqmax::text,
    'cycles', s.seqcycle, 'identity', (
      SELECT json_build_object('schema', tn.nspname, 'table', t.relname, 'column', a.attname)
      FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
      JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i'
        AND d.refclassid = 'pg_catalog.pg_class'::regclass))
  FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;
