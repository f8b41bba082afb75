import { textFormatter } from '../../pgtype/text-formatter.ts';
import type { TextFormatter } from '../../pgtype/text-formatter.ts';
import type { TextSettings } from '../../pgtype/pgtype.ts';
import { datetimeWriter } from '../../pgtype/datetime-writer.ts';
import type { DatetimeWriter } from '../../pgtype/datetime-writer.ts';
import { float4Writer, float8Writer } from '../../pgtype/float-writer.ts';
import type { FloatWriter } from '../../pgtype/float-writer.ts';

/** Everything that text output depends on besides the value. */
export type EncodeContext = {
  readonly datetime: DatetimeWriter;
  readonly float4: FloatWriter;
  readonly float8: FloatWriter;
  readonly format: TextFormatter;
};

export function encodeContext(settings: TextSettings): EncodeContext {
  return {
    datetime: datetimeWriter(settings),
    float4: float4Writer(settings.extraFloatDigits),
    float8: float8Writer(settings.extraFloatDigits),
    format: textFormatter(settings),
  };
}
