import { CONNECTION } from './activity-functions.ts';
import { hiddenSchema } from './hidden-schema.ts';

/** The functions of PostgreSQL's extension sslinfo that tell of the session's own connection; nobody has to create it. */
export const sslinfoFunctions: readonly string[] = [
  about('ssl_is_used', 'bool', `facts OPERATOR(pg_catalog.->) 'tls' IS NOT NULL`),
  about('ssl_version', 'text', fact('sslversion')),
  about('ssl_cipher', 'text', fact('sslcipher')),
  about('ssl_client_cert_present', 'bool', `${fact('ssl_client_dn')} IS NOT NULL`),
  about('ssl_client_serial', 'numeric', `${fact('ssl_client_serial')}::pg_catalog.numeric`),
  about('ssl_client_dn', 'text', fact('ssl_client_dn')),
  about('ssl_issuer_dn', 'text', fact('ssl_issuer_dn')),
];

function fact(name: string): string {
  return `(facts OPERATOR(pg_catalog.#>>) '{tls,${name}}')`;
}

function about(name: string, type: string, answer: string): string {
  return `CREATE FUNCTION pg_catalog.${name}() RETURNS ${type} LANGUAGE sql STABLE PARALLEL RESTRICTED AS $$
    SELECT ${answer} FROM (SELECT ${hiddenSchema}.current_setting('${CONNECTION}')::pg_catalog.jsonb) AS c(facts) $$`;
}
