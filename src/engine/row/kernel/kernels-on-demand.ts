import { RowKernels } from './row-kernels.ts';

/** A chunk of so many rows promises more of them. */
const WORTH_LOADING_ROWS = 1024;

/** The kernels of one thread. They are loaded while the first large result is sent without them. */
export class KernelsOnDemand {
  #loaded: RowKernels | undefined;
  #isLoading = false;

  /** Undefined until they are there, or for good where this machine cannot run them. */
  for(rowCount: number): RowKernels | undefined {
    if (this.#loaded === undefined && rowCount >= WORTH_LOADING_ROWS && !this.#isLoading) void this.load();
    return this.#loaded;
  }

  async load(): Promise<void> {
    this.#isLoading = true;
    this.#loaded = await RowKernels.load().catch(() => undefined);
  }
}
