import { castHostFunctions } from './host-cast.ts';
import type { HostFunction } from './host-function.ts';
import { intervalHostFunctions } from './host-interval.ts';
import { numericHostFunctions } from './host-numeric.ts';
import { textHostFunctions } from './host-text.ts';

/** Every function of the host that translated SQL may call. */
export const hostFunctions: readonly HostFunction[] = [
  ...numericHostFunctions,
  ...castHostFunctions,
  ...intervalHostFunctions,
  ...textHostFunctions,
];
