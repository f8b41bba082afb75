import { readFileSync } from 'node:fs';

/** The gateway's own version, as in package.json. */
export const GATEWAY_VERSION: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }
).version;
