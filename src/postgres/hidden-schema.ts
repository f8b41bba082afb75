/** Where the mirror keeps what users should not meet: composite types of nested columns, relations of time travel. */
export const hiddenSchema = 'pg_bergwire';
