import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Answer } from './gateway-client.ts';

/** Rows that are measured before the first is printed; later ones may be wider than their column. */
const MEASURED_ROWS = 500;
/** int8, int2, int4, oid, float4, float8, numeric: aligned to the right, as psql does. */
const NUMBER_OIDS = new Set([20, 21, 23, 26, 700, 701, 1700]);

/** Prints results as psql does, never ahead of what the output takes. Notices go to `complaints`. */
export async function printAnswers(
  answers: AsyncIterable<Answer>,
  output: Writable,
  complaints: Writable,
): Promise<void> {
  let table: Table | undefined;
  const write = async (text: string): Promise<void> => {
    if (text !== '' && !output.write(text)) await once(output, 'drain');
  };
  for await (const answer of answers) {
    if (answer.kind === 'notice') complaints.write(`${answer.severity}:  ${answer.message}\n`);
    else if (answer.kind === 'fields') table = new Table(answer);
    else if (answer.kind === 'row') await write(table!.add(answer.values));
    else {
      await write(table ? table.end() : `${answer.tag}\n`);
      table = undefined;
    }
  }
}

class Table {
  readonly #names: readonly string[];
  readonly #right: readonly boolean[];
  #waiting: (readonly (string | null)[])[] | undefined = [];
  #widths: readonly number[] = [];
  #rowCount = 0;

  constructor(fields: Answer & { kind: 'fields' }) {
    this.#names = fields.names;
    this.#right = fields.typeOids.map((oid) => NUMBER_OIDS.has(oid));
  }

  add(row: readonly (string | null)[]): string {
    this.#rowCount += 1;
    if (!this.#waiting) return this.#line(row);
    this.#waiting.push(row);
    return this.#waiting.length < MEASURED_ROWS ? '' : this.#begin();
  }

  end(): string {
    return `${this.#begin()}(${this.#rowCount} ${this.#rowCount === 1 ? 'row' : 'rows'})\n\n`;
  }

  #begin(): string {
    const waiting = this.#waiting;
    if (!waiting) return '';
    this.#waiting = undefined;
    this.#widths = this.#names.map((name, i) =>
      waiting.reduce((width, row) => Math.max(width, row[i]?.length ?? 0), name.length),
    );
    const header = this.#names.map(
      (name, i) => ` ${name.padStart((this.#widths[i]! + name.length) >> 1).padEnd(this.#widths[i]!)} `,
    );
    const rule = this.#widths.map((width) => '-'.repeat(width + 2));
    return `${header.join('|')}\n${rule.join('+')}\n${waiting.map((row) => this.#line(row)).join('')}`;
  }

  #line(row: readonly (string | null)[]): string {
    const cells = row.map((value, i) => {
      const text = value ?? '';
      const last = i === row.length - 1;
      const padded = this.#right[i] ? text.padStart(this.#widths[i]!) : last ? text : text.padEnd(this.#widths[i]!);
      return ` ${padded}${last ? '' : ' '}`;
    });
    return `${cells.join('|')}\n`;
  }
}
