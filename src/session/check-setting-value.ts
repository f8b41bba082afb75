import { roundHalfEven } from './duration.ts';
import { invalidSettingValue, notABoolean, settingOutOfRange } from './errors.ts';
import { readBoolean } from './own-settings.ts';
import type { SettingDefinition } from './setting-definitions.ts';

const MAX_INTEGER = 2 ** 31 - 1;

/** Units by family, the largest first (guc.c): a value may be given in any and is shown in the largest that divides it. */
const FAMILIES: readonly (readonly (readonly [unit: string, size: number])[])[] = [
  [
    ['TB', 2 ** 40],
    ['GB', 2 ** 30],
    ['MB', 2 ** 20],
    ['kB', 2 ** 10],
    ['B', 1],
  ],
  [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
    ['ms', 1],
    ['us', 0.001],
  ],
];

/**
 * A value of a setting that has no effect here, checked by what pg_settings says of it and given as SHOW prints it.
 * Text is taken as it is.
 */
export function checkSettingValue(definition: SettingDefinition | undefined, value: string): string {
  if (definition === undefined) return value;
  switch (definition.type) {
    case 'bool': {
      const on = readBoolean(value);
      if (on === undefined) throw notABoolean(definition.name);
      return on ? 'on' : 'off';
    }
    case 'enum': {
      const chosen = definition.choices.find((choice) => choice === value.toLowerCase());
      if (chosen !== undefined) return chosen;
      throw invalidSettingValue(definition.name, value, `Available values: ${definition.choices.join(', ')}.`);
    }
    case 'integer':
    case 'real':
      return checkNumber(definition, value);
    case 'string':
      return value;
  }
}

function checkNumber(definition: SettingDefinition, value: string): string {
  const { name, unit, min, max, type } = definition;
  const match = /^\s*([+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))\s*([a-zA-Z]*)\s*$/.exec(value);
  if (match === null) throw invalidSettingValue(name, value);
  const [base, family] = baseUnit(unit);
  const given = match[2] === '' ? base : family.find(([spelling]) => spelling === match[2])?.[1];
  if (given === undefined) throw invalidSettingValue(name, value, unitsHint(unit));
  const exact = (Number(match[1]) * given) / base;
  if (!Number.isFinite(exact)) throw invalidSettingValue(name, value);
  const number = type === 'integer' ? roundHalfEven(exact) : exact;
  if (type === 'integer' && Math.abs(number) > MAX_INTEGER)
    throw invalidSettingValue(name, value, 'Value exceeds integer range.');
  const withUnit = (bound: number): string => (unit === '' ? String(bound) : `${bound} ${unit}`);
  if (number < min || number > max) throw settingOutOfRange(name, withUnit(number), withUnit(min), withUnit(max));
  if (unit === '' || number <= 0) return String(number);
  const total = number * base;
  const [shown, size] = family.find(([, each]) => total % each === 0) ?? [unit, base];
  return `${total / size}${shown}`;
}

/** A value as SHOW prints it in the unit that pg_settings has it in. */
export function inBaseUnit(definition: SettingDefinition | undefined, shown: string): string {
  const match = /^(-?\d+(?:\.\d+)?)([a-zA-Z]+)$/.exec(shown);
  if (definition === undefined || definition.unit === '' || match === null) return shown;
  const [base, family] = baseUnit(definition.unit);
  const size = family.find(([spelling]) => spelling === match[2])?.[1] ?? base;
  return String((Number(match[1]) * size) / base);
}

/** The size of a definition's unit (`8kB` is 8192) and the units that values may have. */
function baseUnit(unit: string): readonly [size: number, family: (typeof FAMILIES)[number]] {
  const match = /^(\d*)([a-zA-Z]+)$/.exec(unit);
  for (const family of FAMILIES) {
    const found = family.find(([spelling]) => spelling === match?.[2]);
    if (found !== undefined) return [Number(match![1] || 1) * found[1], family];
  }
  return [1, []];
}

function unitsHint(unit: string): string | undefined {
  if (unit === '') return undefined;
  return unit.endsWith('B')
    ? 'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".'
    : 'Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".';
}
