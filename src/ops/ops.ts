/**
 * Room `ops`: what operators see of a running gateway. Now that is its log: one JSON line per connection and per slow
 * statement. It only listens: the rooms below publish plain events, nobody below imports the logger.
 *
 * Words: a *slow* statement took longer than `log.slowStatementMs`. The text of statements is left out unless
 * `log.statementText` is set, because it may hold personal values. `queryId` also stands in the DETAIL of internal
 * errors (XX000), which are always logged, with their stack.
 *
 * To debug: `BERGWIRE_LOG_LEVEL=debug BERGWIRE_LOG_SLOW_STATEMENT_MS=0 npm start`.
 */

/** How much is logged. */
export type LogOptions = {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly slowStatementMs: number;
  /** Write the text of statements. */
  readonly statementText: boolean;
};
