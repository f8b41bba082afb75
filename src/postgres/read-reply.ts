/**
 * Replies of the embedded Postgres, parsed by pg-protocol, except DataRows, which stay bytes: they go to the client as
 * they are.
 */
import { Parser } from 'pg-protocol/dist/parser.js';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import { SqlError, type SqlErrorFields } from '../base/sql-error.ts';
import type { Field } from '../pgtype/pgtype.ts';
import { insteadOfFunction } from './denied-functions.ts';
import { functionNotSupported } from './errors.ts';
import type { NoticeFields, PostgresNotification, PostgresSignal, SettingChange } from './postgres.ts';
import { NOTIFICATION_SQLSTATE, SIGNAL_SQLSTATE } from './session-functions.ts';
import { SETTING_SQLSTATE } from './setting-functions.ts';

/** What came before one ReadyForQuery. */
export type Answer = {
  readonly error: SqlError | undefined;
  readonly notices: readonly NoticeFields[];
  /** How many of the notices came with the last Parse; whoever described the statement has heard them. */
  readonly parseNoticeCount: number;
  /** What pg_notify() was called with, in order. */
  readonly notifications: readonly PostgresNotification[];
  readonly signals: readonly PostgresSignal[];
  /** What set_config() was called with, in order. */
  readonly settingChanges: readonly SettingChange[];
  /** The last rewritten tree printed before ParseComplete. */
  readonly tree: string | undefined;
  readonly isParsed: boolean;
  readonly parameterOids: readonly number[];
  readonly fields: readonly Field[] | null;
  /** DataRow messages, type byte and length included. */
  readonly rows: readonly Uint8Array[];
  /** CopyInResponse or CopyOutResponse: overall format and those of the columns. */
  readonly copy: { readonly format: 0 | 1; readonly columns: readonly (0 | 1)[] } | undefined;
  /** CopyData messages, type byte and length included. */
  readonly copyRows: readonly Uint8Array[];
  /** The last command tag. */
  readonly tag: string;
};

const DATA_ROW = 0x44;
const READY_FOR_QUERY = 0x5a;
const COPY_DATA = 0x64;
const PARAMETER_DESCRIPTION = 0x74;
const COPY_IN_RESPONSE = 0x47;
const COPY_OUT_RESPONSE = 0x48;

/** One answer per Query or Sync of the request; a last one without ReadyForQuery if the instance broke off. */
export function readReply(reply: Uint8Array): readonly Answer[] {
  const bytes = Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength);
  const answers: Answer[] = [];
  let open = new OpenAnswer();
  for (let at = 0; at + 5 <= bytes.length;) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    const message = bytes.subarray(at, end);
    at = end;
    if (message[0] === DATA_ROW) open.rows.push(message);
    else if (message[0] === COPY_DATA) open.copyRows.push(message);
    else if (message[0] === PARAMETER_DESCRIPTION) open.parameterOids = parameterOids(message);
    else new Parser().parse(message, (parsed) => open.take(parsed));
    if (message[0] === COPY_IN_RESPONSE || message[0] === COPY_OUT_RESPONSE) open.copy = copyShape(message);
    if (message[0] !== READY_FOR_QUERY) continue;
    answers.push(open.close());
    open = new OpenAnswer();
  }
  if (!open.isEmpty) answers.push(open.close());
  return answers;
}

/** By the message's length: the count has 16 bits, and Postgres prepares statements with more parameters than that. */
function parameterOids(message: Buffer): readonly number[] {
  return Array.from({ length: (message.length - 7) / 4 }, (_, index) => message.readUInt32BE(7 + 4 * index));
}

/** Format bytes of CopyInResponse and CopyOutResponse: the overall one, then one per column. */
function copyShape(message: Buffer): NonNullable<Answer['copy']> {
  const formats = Array.from({ length: message.readInt16BE(6) }, (_, index) => message.readInt16BE(8 + 2 * index));
  const binary = (format: number | undefined): 0 | 1 => (format === 1 ? 1 : 0);
  return { format: binary(message[5]), columns: formats.map(binary) };
}

/** The values of a DataRow message. */
export function dataRowValues(row: Uint8Array): (Uint8Array | null)[] {
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  const count = view.getInt16(5);
  const values: (Uint8Array | null)[] = [];
  let at = 7;
  for (let index = 0; index < count; index++) {
    const length = view.getInt32(at);
    at += 4;
    values.push(length < 0 ? null : row.subarray(at, at + length));
    at += Math.max(0, length);
  }
  return values;
}

/** pg-protocol's messages, by the fields read here. */
type Parsed = BackendMessage & {
  readonly fields?: readonly ParsedField[];
  readonly text?: string;
} & Partial<Record<'severity' | 'code' | 'message' | 'detail' | 'hint' | 'position' | 'where', string>>;
type ParsedField = {
  readonly name: string;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeID: number;
  readonly dataTypeSize: number;
  readonly dataTypeModifier: number;
};

class OpenAnswer {
  readonly rows: Uint8Array[] = [];
  readonly copyRows: Uint8Array[] = [];
  copy: Answer['copy'];
  parameterOids: readonly number[] = [];
  isEmpty = true;
  #error: SqlError | undefined;
  #notices: NoticeFields[] = [];
  #notifications: PostgresNotification[] = [];
  #signals: PostgresSignal[] = [];
  #settingChanges: SettingChange[] = [];
  #printed: string | undefined;
  #tree: string | undefined;
  #isParsed = false;
  #parseNoticeCount = 0;
  #fields: readonly Field[] | null = null;
  #tag = '';

  take(message: BackendMessage): void {
    const parsed = message as Parsed;
    this.isEmpty = false;
    switch (message.name) {
      case 'error':
        this.#error ??= errorOf(parsed);
        break;
      case 'notice':
        if (parsed.code === NOTIFICATION_SQLSTATE) this.#notifications.push(notificationOf(parsed));
        else if (parsed.code === SIGNAL_SQLSTATE) this.#signals.push(signalOf(parsed));
        else if (parsed.code === SETTING_SQLSTATE) this.#settingChanges.push(settingChangeOf(parsed));
        else if (parsed.severity !== 'LOG') this.#notices.push(noticeFields(parsed));
        else if (parsed.message === 'rewritten parse tree:') this.#printed = parsed.detail;
        break;
      case 'parseComplete':
        this.#isParsed = true;
        this.#tree = this.#printed;
        this.#parseNoticeCount = this.#notices.length;
        break;
      case 'rowDescription':
        this.#fields = (parsed.fields ?? []).map(fieldOf);
        break;
      case 'commandComplete':
        this.#tag = parsed.text ?? '';
        break;
      default:
        break;
    }
  }

  close(): Answer {
    return {
      error: this.#error,
      notices: this.#notices,
      parseNoticeCount: this.#parseNoticeCount,
      notifications: this.#notifications,
      signals: this.#signals,
      settingChanges: this.#settingChanges,
      tree: this.#tree,
      isParsed: this.#isParsed,
      parameterOids: this.parameterOids,
      fields: this.#fields,
      rows: this.rows,
      copy: this.copy,
      copyRows: this.copyRows,
      tag: this.#tag,
    };
  }
}

/** Channel and payload have a mark before them: PL/pgSQL leaves empty texts out. */
function notificationOf({ message = '', detail = '' }: Parsed): PostgresNotification {
  return { channel: message.slice(1), payload: detail.slice(1) };
}

function signalOf({ message = '' }: Parsed): PostgresSignal {
  const [kind, processId] = message.split(' ');
  return { kind: kind === 'cancel' ? 'cancel' : 'terminate', processId: Number(processId) };
}

function settingChangeOf({ message = '', detail = '{}' }: Parsed): SettingChange {
  return { name: message.slice(1), ...(JSON.parse(detail) as Omit<SettingChange, 'name'>) };
}

/** What nobody may call because the gateway lacks it is not a matter of rights. */
function errorOf(parsed: Parsed): SqlError {
  const error = new SqlError(errorFields(parsed));
  const name = parsed.code === '42501' && /^permission denied for function (\w+)$/.exec(parsed.message ?? '')?.[1];
  const instead = name ? insteadOfFunction(name) : undefined;
  return name && instead !== undefined ? functionNotSupported(name, instead) : error;
}

function fieldOf(field: ParsedField): Field {
  return {
    name: field.name,
    tableOid: field.tableID >>> 0,
    attnum: field.columnID,
    typeOid: field.dataTypeID >>> 0,
    typeSize: field.dataTypeSize,
    typmod: field.dataTypeModifier,
  };
}

const TEXT_FIELDS = [
  ...(['detail', 'hint', 'where', 'schema', 'table', 'column', 'dataType', 'constraint'] as const),
  ...(['file', 'line', 'routine'] as const),
];

function errorFields(parsed: Parsed): SqlErrorFields {
  const texts = parsed as Partial<Record<string, string>>;
  const optional: Record<string, string | number> = {};
  for (const name of TEXT_FIELDS) if (texts[name] !== undefined) optional[name] = texts[name];
  if (isOwnFunction(texts.where)) delete optional.where;
  if (texts.position !== undefined) optional.position = Number(texts.position);
  if (texts.internalPosition !== undefined) optional.internalPosition = Number(texts.internalPosition);
  if (texts.internalQuery !== undefined) optional.internalQuery = texts.internalQuery;
  // A FATAL of the embedded one is not the end of the client's session.
  return { sqlstate: parsed.code ?? 'XX000', message: parsed.message ?? '', severity: 'ERROR', ...optional };
}

function noticeFields(parsed: Parsed): NoticeFields {
  return { ...errorFields(parsed), severity: parsed.severity ?? 'NOTICE', sqlstate: parsed.code ?? '00000' };
}

/** PostgreSQL's own are not PL/pgSQL: no client hears of a line in them. */
function isOwnFunction(where: string | undefined): boolean {
  return (
    where !== undefined &&
    /^PL\/pgSQL function (?:pg_(?:cancel|terminate)_backend|set_config|pg_bergwire\.\w+)\([^\n]*$/.test(where)
  );
}
