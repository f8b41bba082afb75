import { castHostFunctions } from './cast-host-functions.ts';
import type { HostFunction } from './host-function.ts';
import { intervalHostFunctions } from './interval-host-functions.ts';
import { numericHostFunctions } from './numeric-host-functions.ts';
import { textHostFunctions } from './text-host-functions.ts';
import { toCharHostFunctions } from './to-char-host-functions.ts';
import { toDateHostFunctions } from './to-date-host-functions.ts';

/** Every function of the host that translated SQL may call. */
export const hostFunctions: readonly HostFunction[] = [
  ...numericHostFunctions,
  ...castHostFunctions,
  ...intervalHostFunctions,
  ...textHostFunctions,
  ...toCharHostFunctions,
  ...toDateHostFunctions,
];
