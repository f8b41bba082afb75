/** Prints one figure and its target, so that the lines of all benchmarks make one table. */
export function report(what: string, figure: string, target: string, met: boolean | undefined): void {
  const verdict = met === undefined ? '' : met ? 'met' : 'MISSED';
  console.log(`${what.padEnd(52)} ${figure.padStart(34)}   target ${target.padEnd(24)} ${verdict}`);
}
