import avro from 'avsc';
import type { Schema } from 'avsc';

/**
 * A value that is skipped and stands for itself by its offset in the block, to be decoded when it is asked for:
 * column metrics are most of a manifest and most of them are never looked at.
 */
export class SkippedType extends avro.types.LogicalType {
  constructor(schema: Schema, options?: Partial<avro.ForSchemaOptions>) {
    super(schema, options);
  }

  /** avsc's own protocol between types: reads at `tap.pos` and moves it behind the value. */
  _read(tap: { pos: number }): number {
    const start = tap.pos;
    (this.underlyingType as unknown as { _skip(tap: { pos: number }): void })._skip(tap);
    return start;
  }

  protected override _fromValue(): never {
    throw new Error('a skipped value is never converted');
  }

  protected override _toValue(): never {
    throw new Error('a skipped value is never written');
  }
}
