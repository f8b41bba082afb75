import type { BackendMessage } from 'pg-protocol/dist/messages.js';

/** One answer of a server as a JSON line of a wire script: every field that does not depend on the server's state. */
export function printAnswer(message: BackendMessage): string {
  const answer = message as BackendMessage & Record<string, unknown>;
  switch (message.name) {
    case 'rowDescription':
      return line({ RowDescription: (answer['fields'] as readonly Column[]).map(printColumn) });
    case 'dataRow':
      return line({ DataRow: answer['fields'] });
    case 'commandComplete':
      return line({ CommandComplete: answer['text'] });
    case 'readyForQuery':
      return line({ ReadyForQuery: answer['status'] });
    case 'parameterDescription':
      return line({ ParameterDescription: answer['dataTypeIDs'] });
    case 'notification':
      return line({ Notification: [answer['channel'], answer['payload']] });
    case 'parameterStatus':
      return line({ ParameterStatus: [answer['parameterName'], answer['parameterValue']] });
    case 'copyInResponse':
    case 'copyOutResponse':
      return line({ [message.name]: { binary: answer['binary'], columns: answer['columnTypes'] } });
    case 'copyData':
      return line({ CopyData: printBytes(answer['chunk'] as Buffer) });
    case 'error':
      return line({ Error: printError(answer) });
    case 'notice':
      return line({ Notice: printError(answer) });
    default:
      return line(message.name);
  }
}

/** Text as it is, other bytes in hexadecimal. */
function printBytes(bytes: Buffer): string | { readonly hex: string } {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) && !text.includes('\0') ? text : { hex: bytes.toString('hex') };
}

type Column = {
  readonly name: string;
  readonly dataTypeID: number;
  readonly dataTypeSize: number;
  readonly dataTypeModifier: number;
  readonly format: string;
};

function printColumn(column: Column): string {
  const modifier = column.dataTypeModifier === -1 ? '' : ` modifier ${column.dataTypeModifier}`;
  return `${column.name}: type ${column.dataTypeID} size ${column.dataTypeSize}${modifier} ${column.format}`;
}

/** Without file, line and routine: they are PostgreSQL's source. */
const ERROR_FIELDS = [
  'severity',
  'code',
  'message',
  'detail',
  'hint',
  'position',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
];

function printError(answer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    ERROR_FIELDS.map((name) => [name, answer[name]]).filter(([, value]) => value !== undefined),
  );
}

function line(value: unknown): string {
  return JSON.stringify(value);
}
