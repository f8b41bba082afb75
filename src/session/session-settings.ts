import { isPassedOn, SESSION_ROLE } from '../postgres/batch-opening.ts';
import type { StatementContext } from '../query/query.ts';
import { OWN_SETTINGS } from './own-settings.ts';
import type { SettingDefinitions } from './setting-definitions.ts';
import { SettingValues } from './setting-values.ts';
import type { Isolation, TransactionModes } from './transaction-block.ts';

/** GUC_REPORT: a client is told their values at the start and when they change. */
const REPORTED: readonly string[] = [
  'application_name',
  'client_encoding',
  'DateStyle',
  'default_transaction_read_only',
  'in_hot_standby',
  'integer_datetimes',
  'IntervalStyle',
  'is_superuser',
  'scram_iterations',
  'search_path',
  'server_encoding',
  'server_version',
  'session_authorization',
  'standard_conforming_strings',
  'TimeZone',
];

/** What the gateway starts with, whatever the embedded Postgres was built with. */
const INITIAL: readonly (readonly [name: string, value: string])[] = [
  ['bytea_output', 'hex'],
  ['datestyle', 'ISO, MDY'],
  ['extra_float_digits', '1'],
  ['in_hot_standby', 'off'],
  ['intervalstyle', 'postgres'],
  ['search_path', '"$user", public'],
  ['timezone', 'UTC'],
];

/** The settings of one session and what follows from them. */
export class SessionSettings {
  readonly definitions: SettingDefinitions;
  readonly values: SettingValues;
  readonly #reported = new Map<string, string>();
  #reportedVersion = -1;

  readonly #server: ReadonlyMap<string, string>;
  readonly #client: ReadonlyMap<string, string>;

  /** Values of the server and of the startup packet by lower-case name, over the built-in ones. */
  constructor(
    definitions: SettingDefinitions,
    server: ReadonlyMap<string, string>,
    client: ReadonlyMap<string, string>,
  ) {
    this.definitions = definitions;
    this.#server = server;
    this.#client = client;
    const own = [...OWN_SETTINGS].map(([name, { initial }]) => [name, initial] as const);
    this.values = new SettingValues(new Map([...own, ...INITIAL, ...server, ...client]));
  }

  /** The value as SHOW prints it; empty for what nobody knows. */
  get(name: string): string {
    return this.find(name) ?? '';
  }

  find(name: string): string | undefined {
    return this.values.get(name.toLowerCase()) ?? this.definitions.find(name)?.initial;
  }

  /** Where the value is from, as pg_settings says. */
  sourceOf(name: string): string {
    if (this.values.isChanged(name)) return 'session';
    if (this.#client.has(name)) return 'client';
    return this.#server.has(name) ? 'configuration file' : 'default';
  }

  /** What statements are read with: `role` logged in, and `currentRole` is who statements run as. */
  context(role: string, currentRole: string): StatementContext {
    const settings = new Map([...this.values.all()].filter(([name]) => isPassedOn(name)));
    if (currentRole !== role) settings.set(SESSION_ROLE, role);
    return {
      role: currentRole,
      settings,
      text: {
        dateStyle: this.get('datestyle'),
        intervalStyle: this.get('intervalstyle'),
        timeZone: this.get('timezone'),
        extraFloatDigits: Number(this.get('extra_float_digits')),
        byteaOutput: this.get('bytea_output') === 'escape' ? 'escape' : 'hex',
      },
    };
  }

  defaultModes(): TransactionModes {
    return {
      isolation: this.get('default_transaction_isolation') as Isolation,
      readOnly: this.get('default_transaction_read_only') === 'on',
      deferrable: this.get('default_transaction_deferrable') === 'on',
    };
  }

  /** Settings that the client must be told of since the last call. */
  changes(): (readonly [name: string, value: string])[] {
    if (this.#reportedVersion === this.values.version) return [];
    this.#reportedVersion = this.values.version;
    const changed = REPORTED.map((name) => [name, this.find(name)] as const).filter(
      (entry): entry is readonly [string, string] =>
        entry[1] !== undefined && this.#reported.get(entry[0]) !== entry[1],
    );
    for (const [name, value] of changed) this.#reported.set(name, value);
    return changed;
  }
}
