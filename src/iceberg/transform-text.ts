import type { Transform } from './iceberg.ts';

/** A transform from its text in metadata. */
export function parseTransform(text: string): Transform {
  switch (text) {
    case 'identity':
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
    case 'void':
      return { kind: text };
  }
  const sized = /^(bucket|truncate)\[(\d+)\]$/.exec(text);
  if (sized?.[1] === 'bucket') return { kind: 'bucket', buckets: Number(sized[2]) };
  if (sized?.[1] === 'truncate') return { kind: 'truncate', width: Number(sized[2]) };
  return { kind: 'unknown', text };
}

export function transformText(transform: Transform): string {
  switch (transform.kind) {
    case 'bucket':
      return `bucket[${transform.buckets}]`;
    case 'truncate':
      return `truncate[${transform.width}]`;
    case 'unknown':
      return transform.text;
    default:
      return transform.kind;
  }
}
