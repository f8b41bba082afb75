import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Lines of its stdout that are answers begin with this; engines print other things there too. */
const ANSWER = '@@';
const KEPT_OUTPUT_BYTES = 20_000;

/** A program that answers each line of JSON with one: another engine, kept running for all tests of a file. */
export class LineProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #output = '';

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...environment } });
    this.#child.stderr.on('data', (chunk: Buffer) => this.#keep(chunk.toString()));
    const lines = createInterface({ input: this.#child.stdout });
    this.#answers = this.#answersOf(lines);
  }

  /** Resolves to the program's answer; rejects with its error or, where it died, with what it printed. */
  async ask<T>(request: unknown): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`the program ended: ${this.#output}`);
    const answer = JSON.parse(value) as { ok: T } | { error: string };
    if ('error' in answer) throw new Error(answer.error);
    return answer.ok;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(impatience);
  }

  async *#answersOf(lines: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
    for await (const line of lines) {
      if (line.startsWith(ANSWER)) yield line.slice(ANSWER.length);
      else this.#keep(`${line}\n`);
    }
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-KEPT_OUTPUT_BYTES);
  }
}
