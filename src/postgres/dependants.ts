/** What else is in an instance and goes with a relation or schema of the mirror; told just before the request is sent. */
export type Dependants = {
  tableDropped(schema: string, name: string): void;
  schemaDropped(schema: string): void;
};
