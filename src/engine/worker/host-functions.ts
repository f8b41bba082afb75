import type { HostFunction } from '../../translate/function/host-function.ts';
import { numericHostFunctions } from '../../translate/function/host-numeric.ts';

/** Every function of the host that translated SQL may call. */
export const hostFunctions: readonly HostFunction[] = [...numericHostFunctions];
