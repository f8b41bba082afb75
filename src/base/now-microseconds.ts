/** Microseconds since 1970. */
export function nowMicroseconds(): bigint {
  const precise = performance.timeOrigin + performance.now();
  const coarse = Date.now();
  // The two drift apart where the machine's clock is set.
  return BigInt(Math.floor((Math.abs(precise - coarse) < 2 ? precise : coarse) * 1000));
}
