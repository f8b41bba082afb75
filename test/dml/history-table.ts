import { ALWAYS, COLUMN_KINDS, pick } from './history-columns.ts';
import type { ColumnKind, Dice } from './history-columns.ts';

export type HistoryTable = {
  readonly name: string;
  readonly columns: readonly ColumnKind[];
  /** Names of NOT NULL columns. */
  readonly required: ReadonlySet<string>;
  /** CREATE TABLE as PostgreSQL takes it. */
  readonly plain: string;
  /** The same with PARTITION BY and WITH. */
  readonly partitioned: string;
};

export type HistoryStatement = {
  readonly sql: string;
  /** What COPY FROM STDIN reads. */
  readonly copied?: string;
};

const OPTIONS: readonly (readonly string[])[] = [
  [],
  [],
  [],
  [`"write.delete.mode" = 'copy-on-write'`, `"write.update.mode" = 'copy-on-write'`],
  [`"write.merge.mode" = 'copy-on-write'`],
  [`"format-version" = '1'`],
  [`"commit.manifest.min-count-to-merge" = '2'`],
  [`"write.target-file-size-bytes" = '4096'`],
  [`"write.metadata.metrics.default" = 'none'`],
];

/** A table of random columns, constraints and partitioning. */
export function randomHistoryTable(dice: Dice, name: string): HistoryTable {
  const columns = COLUMN_KINDS.filter((_, index) => index < ALWAYS || dice(2) === 0);
  const required = new Set(columns.map((column) => column.name).filter(() => dice(8) === 0));
  const declared = columns.map((column) => {
    const constraint = required.has(column.name)
      ? ' NOT NULL'
      : dice(8) === 0
        ? ` DEFAULT ${pick(dice, column.literals)}`
        : '';
    return `${column.name} ${column.type}${constraint}`;
  });
  const checks = dice(3) === 0 ? [`CONSTRAINT ${name}_small CHECK (n < 5000)`] : [];
  const partitioning = columns.flatMap(({ transforms }) =>
    dice(3) === 0 && transforms.length > 0 ? [pick(dice, transforms)] : [],
  );
  const options = pick(dice, OPTIONS);
  const plain = `CREATE TABLE ${name} (${[...declared, ...checks].join(', ')})`;
  const clauses = [
    ...(partitioning.length === 0 ? [] : [`PARTITION BY (${partitioning.slice(0, 2).join(', ')})`]),
    ...(options.length === 0 ? [] : [`WITH (${options.join(', ')})`]),
  ];
  return { name, columns, required, plain, partitioned: [plain, ...clauses].join(' ') };
}

/** Rows to begin with. */
export function firstRows(dice: Dice, { name, columns }: HistoryTable): HistoryStatement {
  const rows = Array.from(
    { length: 4 + dice(12) },
    () => `(${columns.map((column) => pick(dice, column.literals)).join(', ')})`,
  );
  return { sql: `INSERT INTO ${name} VALUES ${rows.join(', ')}` };
}
