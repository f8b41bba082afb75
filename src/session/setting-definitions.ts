import { SETTING_ROWS } from '../postgres/setting-functions.ts';
import type { StatementContext } from '../query/query.ts';

type TextQuery = (text: string) => Promise<readonly (readonly (string | null)[])[]>;

/** One setting as pg_settings describes it. */
export type SettingDefinition = {
  /** As SHOW ALL spells it, e.g. `TimeZone`. */
  readonly name: string;
  /** Who may set it and when: user, superuser, backend, sighup, postmaster, internal, ... */
  readonly context: string;
  readonly type: 'bool' | 'integer' | 'real' | 'string' | 'enum';
  readonly about: string;
  readonly initial: string;
  /** Of a number: `ms`, `kB`, `8kB`, ...; empty for none. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** Of an enum. */
  readonly choices: readonly string[];
};

/** What the embedded Postgres knows about settings. */
export class SettingDefinitions {
  readonly #byName: ReadonlyMap<string, SettingDefinition>;

  constructor(definitions: readonly SettingDefinition[]) {
    this.#byName = new Map(definitions.map((definition) => [definition.name.toLowerCase(), definition]));
  }

  /** Reads pg_settings with `query`. */
  static async load(query: TextQuery): Promise<SettingDefinitions> {
    const rows = await query(LOAD);
    return new SettingDefinitions(
      rows.map(([name, context, type, about, initial, unit, min, max, choices]) => ({
        name: name!,
        context: context!,
        type: type as SettingDefinition['type'],
        about: about ?? '',
        initial: initial ?? '',
        unit: unit ?? '',
        min: Number(min ?? 0),
        max: Number(max ?? 0),
        choices: choices?.split(',') ?? [],
      })),
    );
  }

  /** Any case. */
  find(name: string): SettingDefinition | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  all(): Iterable<SettingDefinition> {
    return this.#byName.values();
  }
}

const LOAD = `SELECT name, context, vartype, short_desc, pg_catalog.current_setting(name, true),
  unit, min_val, max_val, pg_catalog.array_to_string(enumvals, ',')
  FROM pg_catalog.pg_settings ORDER BY name COLLATE "C"`;

/** A statement context without any setting of a session. */
export function plainContext(role: string): StatementContext {
  return {
    role,
    settings: new Map([[SETTING_ROWS, '[]']]),
    text: {
      dateStyle: 'ISO, MDY',
      intervalStyle: 'postgres',
      timeZone: 'UTC',
      extraFloatDigits: 1,
      byteaOutput: 'hex',
    },
  };
}
