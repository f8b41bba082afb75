import { readFile } from 'node:fs/promises';
import wabt from 'wabt';

type Column = readonly [values: number, valid: number];
type Measured = readonly [...Column, sizes: number, rowCount: number];
type Put = readonly [...Column, places: number, first: number, end: number];

/** The functions of the `.wat` files of this folder, which say what each does. Addresses and counts. */
type Exports = {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly total: (sizes: number, rowCount: number) => number;
  readonly begin: (sizes: number, rowCount: number, at: number, fieldCount: number) => void;
  readonly widen16: (from: number, to: number, rowCount: number) => void;
  readonly widen32: (from: number, to: number, rowCount: number) => void;
  readonly within32: (...column: [...Column, rowCount: number, low: number, high: number]) => number;
  readonly within64: (...column: [...Column, rowCount: number, low: bigint, high: bigint]) => number;
  readonly measureFixed: (valid: number, sizes: number, rowCount: number, sizeBytes: number) => void;
  readonly putBooleans: (...column: [...Put, yes: number, no: number]) => void;
  readonly putWords16: (...column: Put) => void;
  readonly putWords32: (...column: [...Put, bias: number]) => void;
  readonly putWords64: (...column: [...Put, bias: bigint]) => void;
  readonly findRuns: (...column: [...Column, rowCount: number, heap: number, runs: number, most: number]) => number;
  readonly measureStrings: (...column: Measured) => void;
  readonly putStrings: (...column: Put) => void;
  readonly measureNumbers: (...column: [...Measured, scale: number]) => void;
  readonly putNumbers: (...column: [...Put, scale: number]) => void;
  readonly shortDoubles: (...column: [...Column, rowCount: number]) => number;
  readonly measureShort: (...column: Measured) => void;
  readonly putShort: (...column: Put) => void;
  readonly measureNumerics: (...column: [...Measured, scale: number]) => void;
  readonly putNumerics: (...column: [...Put, scale: number]) => void;
  readonly putDates: (...column: Put) => void;
  readonly measureTimestamps: (...column: [...Measured, suffixBytes: number]) => void;
  readonly putTimestamps: (...column: [...Put, suffixBytes: number]) => void;
};

/** The global that Node's types leave out. */
const { WebAssembly: WEB_ASSEMBLY } = globalThis as unknown as {
  WebAssembly: { instantiate(bytes: Uint8Array): Promise<{ instance: { exports: Exports } }> };
};

/** What lies below belongs to the functions. */
const FIRST_FREE = 512;
const PAGE_BYTES = 65_536;
const PARTS = ['fields', 'numbers', 'times'];
const FEATURES = { simd: true, bulk_memory: true };

/**
 * Functions over a memory of their own that encode the columns of one chunk after another: several times faster than
 * loops in JavaScript. What `reserve` gave is valid until `clear`; views of the memory until the next `reserve`.
 */
export class RowKernels {
  readonly run: Exports;
  #bytes: Uint8Array<ArrayBuffer>;
  #end = FIRST_FREE;

  private constructor(exports: Exports) {
    this.run = exports;
    this.#bytes = new Uint8Array(exports.memory.buffer);
  }

  /** Assembles the module: some 100 ms of the calling thread, most of them before the first await. */
  static async load(): Promise<RowKernels> {
    const read = PARTS.map(async (part) => await readFile(new URL(`${part}.wat`, import.meta.url), 'utf8'));
    const text = `(module ${(await Promise.all(read)).join('\n')})`;
    const module = (await wabt()).parseWat('row-kernels.wat', text, FEATURES);
    try {
      const { instance } = await WEB_ASSEMBLY.instantiate(module.toBinary({}).buffer);
      return new RowKernels(instance.exports);
    } finally {
      module.destroy();
    }
  }

  /** The whole memory; another view once it has grown. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  clear(): void {
    this.#end = FIRST_FREE;
  }

  /** The address of so many bytes; a multiple of 16. */
  reserve(sizeBytes: number): number {
    const at = this.#end;
    this.#end = (at + sizeBytes + 15) & ~15;
    const missing = this.#end - this.#bytes.length;
    if (missing > 0) {
      this.run.memory.grow(Math.ceil(missing / PAGE_BYTES));
      this.#bytes = new Uint8Array(this.run.memory.buffer);
    }
    return at;
  }

  /** The address of a copy. */
  put(bytes: Uint8Array): number {
    const at = this.reserve(bytes.length);
    this.#bytes.set(bytes, at);
    return at;
  }
}
