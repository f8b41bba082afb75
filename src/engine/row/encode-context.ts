import { textFormatter } from '../../pgtype/text-formatter.ts';
import type { TextFormatter } from '../../pgtype/text-formatter.ts';
import type { TextSettings } from '../../pgtype/pgtype.ts';
import { datetimeWriter } from '../../pgtype/datetime-writer.ts';
import type { DatetimeWriter } from '../../pgtype/datetime-writer.ts';
import { float4Writer, float8Writer } from '../../pgtype/float-writer.ts';
import { timeZone } from '../../pgtype/time-zone.ts';
import type { FloatWriter } from '../../pgtype/float-writer.ts';

/** Everything that text output depends on besides the value. */
export type EncodeContext = {
  readonly datetime: DatetimeWriter;
  /** Dates are ISO's, and timestamps with time zone show UTC. */
  readonly isoDates: boolean;
  readonly utc: boolean;
  /** Floats are shown with their shortest digits. */
  readonly shortestFloats: boolean;
  readonly float4: FloatWriter;
  readonly float8: FloatWriter;
  readonly format: TextFormatter;
};

export function encodeContext(settings: TextSettings): EncodeContext {
  return {
    datetime: datetimeWriter(settings),
    isoDates: settings.dateStyle.startsWith('ISO'),
    utc: timeZone(settings.timeZone).isUtc,
    shortestFloats: settings.extraFloatDigits > 0,
    float4: float4Writer(settings.extraFloatDigits),
    float8: float8Writer(settings.extraFloatDigits),
    format: textFormatter(settings),
  };
}
