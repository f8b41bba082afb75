import { castHostFunctions } from '../../translate/function/host-cast.ts';
import type { HostFunction } from '../../translate/function/host-function.ts';
import { intervalHostFunctions } from '../../translate/function/host-interval.ts';
import { numericHostFunctions } from '../../translate/function/host-numeric.ts';
import { textHostFunctions } from '../../translate/function/host-text.ts';

/** Every function of the host that translated SQL may call. */
export const hostFunctions: readonly HostFunction[] = [
  ...numericHostFunctions,
  ...castHostFunctions,
  ...intervalHostFunctions,
  ...textHostFunctions,
];
