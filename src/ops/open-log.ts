import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { LogOptions } from './ops.ts';

export type Log = Logger;

/** Lines of JSON on stderr: stdout belongs to the program's own answers. */
export function openLog(options: LogOptions, destination: DestinationStream = pino.destination(2)): Log {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
