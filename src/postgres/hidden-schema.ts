/** Where the mirror keeps what users should not meet: composite types of nested columns, relations of time travel. */
export const HIDDEN_SCHEMA = 'pg_bergwire';
