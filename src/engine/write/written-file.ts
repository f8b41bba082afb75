/** One file that COPY ... RETURN_STATS reports. Names of statistics are the quoted path of a leaf column. */
export type WrittenFile = {
  readonly path: string;
  readonly recordCount: number;
  readonly sizeBytes: number;
  readonly statistics: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Partition values as text, by column name. */
  readonly partition: ReadonlyMap<string, string | null>;
};

type JsonMap = readonly { readonly key: string; readonly value: unknown }[] | null;

/** Reads a row of RETURN_STATS: filename, count, file size, footer size, statistics, partition keys. */
export function writtenFile(row: readonly unknown[]): WrittenFile {
  const statistics = new Map<string, ReadonlyMap<string, string>>();
  for (const { key, value } of (row[4] as JsonMap) ?? [])
    statistics.set(key, new Map((value as NonNullable<JsonMap>).map((entry) => [entry.key, String(entry.value)])));
  const partition = new Map(((row[5] as JsonMap) ?? []).map(({ key, value }) => [key, value as string | null]));
  return { path: String(row[0]), recordCount: Number(row[1]), sizeBytes: Number(row[2]), statistics, partition };
}
