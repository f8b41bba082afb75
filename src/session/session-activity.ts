/** What pg_stat_activity says of a session's place in its protocol. */
export type ActivityState = 'active' | 'idle' | 'idle in transaction' | 'idle in transaction (aborted)';

/** track_activity_query_size, less its final zero. */
const SHOWN_BYTES = 1023;

/** What a session does and since when; times in milliseconds since 1970. */
export class SessionActivity {
  readonly startedAtMs = Date.now();
  state: ActivityState = 'idle';
  stateChangedAtMs = this.startedAtMs;
  /** The text that the client sent last, whole while it runs. */
  text = '';
  textStartedAtMs: number | undefined;

  begin(text: string): void {
    this.text = text;
    this.state = 'active';
    this.stateChangedAtMs = Date.now();
    this.textStartedAtMs = this.stateChangedAtMs;
  }

  /** The session waits for its client. */
  rest(status: 'I' | 'T' | 'E'): void {
    // A long text is not kept for as long as the client says nothing.
    if (this.text.length > SHOWN_BYTES) this.text = this.shownText;
    this.state = status === 'I' ? 'idle' : status === 'T' ? 'idle in transaction' : 'idle in transaction (aborted)';
    this.stateChangedAtMs = Date.now();
  }

  get shownText(): string {
    const bytes = Buffer.from(this.text);
    if (bytes.length <= SHOWN_BYTES) return this.text;
    let end = SHOWN_BYTES;
    while ((bytes[end]! & 0xc0) === 0x80) end -= 1;
    return bytes.toString('utf8', 0, end);
  }
}
