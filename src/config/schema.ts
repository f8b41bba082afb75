import { availableParallelism, totalmem } from 'node:os';
import {
  choice,
  controlUri,
  databaseUri,
  duration,
  flag,
  group,
  integer,
  location,
  named,
  path,
  secret,
  size,
  text,
} from './setting.ts';

const MB = 2 ** 20;
const GB = 2 ** 30;

/** How many catalogs one process serves at most, each with an embedded Postgres of its own. */
export const MAX_CATALOGS = 16;

const limits = group({
  connections: integer({ initial: 100, min: 1, max: 10_000, about: 'Clients connected at the same time.' }),
  connectionsPerAddress: integer({ initial: 0, about: 'Of one address at the same time; 0 is no limit.' }),
  connectionsPerUser: integer({ initial: 0, about: 'Logged in as one role at the same time; 0 is no limit.' }),
  startupMessageBytes: size({ initial: 10_000, min: 64, about: 'A message of a client that has not logged in.' }),
  messageBytes: size({ initial: 64 * MB, min: 64, about: 'A message of a client that has logged in.' }),
  statementBytes: size({ initial: 16 * MB, min: 64, about: 'The text of one statement.' }),
  nesting: integer({ initial: 500, min: 10, max: 2000, about: 'Depth of parentheses and subqueries in a statement.' }),
  operatorChain: integer({ initial: 2500, min: 100, max: 10_000, about: 'Operators chained without parentheses.' }),
  preparedStatements: integer({ initial: 1000, min: 1, about: 'Named prepared statements of one session.' }),
  portals: integer({ initial: 1000, min: 1, about: 'Open portals and cursors of one session.' }),
  authenticationTimeoutMs: duration({ initial: 60_000, min: 1, about: 'From connecting to having logged in.' }),
  failedLoginDelayMs: duration({
    initial: 250,
    about: 'Wait before a failed login is answered; each further one of an address doubles it, up to 16 times.',
  }),
  statementTimeoutMs: duration({ initial: 0, about: 'One statement, unless the session sets its own; 0 is no limit.' }),
  analysisTimeoutMs: duration({
    initial: 10_000,
    min: 1,
    about: 'Analysis of one statement by the embedded Postgres.',
  }),
  lanes: integer({
    initial: 4,
    min: 1,
    max: 64,
    about: 'Statements without tables that each database executes at the same time; a lane takes some 150 MB.',
  }),
  laneMemoryBytes: size({
    initial: 512 * MB,
    min: 128 * MB,
    about: 'Memory after which a lane is opened anew between statements.',
  }),
  laneResultBytes: size({ initial: 256 * MB, min: 65_536, about: 'Result of one statement without tables.' }),
  laneTempDiskBytes: size({ initial: GB, min: MB, about: 'Disk for what one statement without tables keeps.' }),
  laneHoldMs: duration({
    initial: 2000,
    min: 1,
    about: 'How long a statement may hold its lane while all are busy and others wait.',
  }),
  laneIdleMs: duration({ initial: 60_000, min: 1, about: 'Idle lanes are closed, except the last one.' }),
  finishRows: integer({
    initial: 100_000,
    about: 'Rows that a statement without a translation for DuckDB reads, to be finished in Postgres; 0 finishes none.',
  }),
  finishBytes: size({
    initial: 64 * MB,
    about: 'Their size as text; they are in memory for as long as the statement takes.',
  }),
  parseCacheBytes: size({
    initial: 16 * MB,
    about: 'Parsed texts of each database that may come again; 0 keeps none.',
  }),
  analysisCacheBytes: size({
    initial: 64 * MB,
    about: 'Analysed and translated statements of each database that may come again; 0 keeps none.',
  }),
  answerCacheBytes: size({
    initial: 16 * MB,
    about: 'Answers of each database that depend on nothing but the parameters, as of SELECT 1; 0 keeps none.',
  }),
  conflictRetries: integer({
    initial: 30,
    min: 0,
    max: 1000,
    about: 'Times that a statement which is its whole transaction runs again after losing to another writer.',
  }),
  returningBytes: size({
    initial: 4 * MB,
    about: 'Rows of RETURNING kept until the change is committed; what returns more is not run again.',
  }),
  sessionBytes: size({
    initial: 256 * MB,
    min: MB,
    about: 'Memory of one session for prepared statements, parameters of portals and rows of cursors, roughly.',
  }),
  cursorBytes: size({ initial: 64 * MB, min: 65_536, about: 'Rows kept by one scrolling or held cursor.' }),
  advisoryLocks: integer({ initial: 10_000, min: 1, about: 'Advisory locks that one session holds.' }),
  temporarySessions: integer({
    initial: 20,
    min: 1,
    max: 1000,
    about: 'Sessions of one database that have temporary tables; each takes about 130 MB.',
  }),
  temporaryIdle: integer({
    initial: 2,
    max: 100,
    about: 'Places for temporary tables that are kept for the next sessions that need one.',
  }),
  temporaryMemoryBytes: size({
    initial: 512 * MB,
    min: 160 * MB,
    about:
      "Memory of the Postgres that holds one session's temporary tables (which are on disk); beyond they are lost.",
  }),
  copySegmentBytes: size({
    initial: 512 * MB,
    min: 1 * MB,
    about: 'Bytes of the stream of a COPY FROM that become data files together: what is held in memory or on disk.',
  }),
  temporaryImportBytes: size({
    initial: 256 * MB,
    about: 'Rows of Iceberg tables that one UPDATE, DELETE or MERGE of a temporary table reads.',
  }),
  temporaryCancelGraceMs: duration({
    initial: 1000,
    about: 'What a cancelled statement on temporary tables gets to end by itself before they are given up.',
  }),
  notificationBytes: size({
    initial: 64 * MB,
    min: 65_536,
    about: 'Notifications (NOTIFY) of one database that listeners have not taken yet.',
  }),
  shutdownGraceMs: duration({ initial: 10_000, about: 'What running statements get to finish after SIGTERM.' }),
  engineMemoryBytes: size({
    initial: Math.floor(totalmem() * 0.5),
    min: 64 * MB,
    about: 'Memory of DuckDB; half of the machine unless given.',
  }),
  engineThreads: integer({ initial: availableParallelism(), min: 1, max: 1024, about: 'Threads of DuckDB.' }),
  tempDiskBytes: size({ initial: 50 * GB, about: 'Disk for what does not fit in memory.' }),
  remoteCopiesBytes: size({
    initial: 10 * GB,
    about: 'Disk for copies of remote files that no statement reads; what statements read comes on top.',
  }),
});

const catalog = group({
  type: choice(['sql'], { initial: 'sql', about: "A database with the tables of Iceberg's SQL catalogs." }),
  uri: databaseUri({ about: 'The catalog database, as sqlite:FILE.' }),
  catalogName: text({ initial: undefined, about: "The catalog's name in its tables, where it is not the database's." }),
  warehouse: location({ initial: undefined, about: 'Where new tables are created; a folder or s3://BUCKET/PREFIX.' }),
  readOnly: flag({ initial: false, about: 'Refuse every change.' }),
});

const s3 = group({
  endpoint: text({ initial: undefined, about: 'URL of an S3 server other than AWS.' }),
  region: text({ initial: 'us-east-1', about: 'Region that requests are signed for.' }),
  pathStyle: flag({ initial: false, about: 'Address buckets as a path and not as a host name.' }),
  accessKeyId: text({ initial: undefined, about: 'Without it the standard chain of credentials is asked.' }),
  secretAccessKey: secret({ about: 'Belongs to accessKeyId.' }),
  sessionToken: secret({ about: 'Belongs to temporary credentials.' }),
});

const METHODS = ['trust', 'scram-sha-256', 'password', 'cert', 'reject'] as const;

const accessRule = group({
  databases: text({ initial: 'all', about: 'all, sameuser, or names separated by commas.' }),
  users: text({ initial: 'all', about: 'all, or names separated by commas.' }),
  addresses: text({ initial: 'all', about: 'all, loopback, or addresses and networks (10.0.0.0/8), by commas.' }),
  encryption: choice(['any', 'tls', 'plain'], { initial: 'any', about: 'Connections that the rule is about.' }),
  method: choice(METHODS, { initial: 'scram-sha-256', about: 'How clients prove who they are.' }),
  certificate: flag({ initial: false, about: "Ask for a client's certificate that names the user as well." }),
  certificateMap: named(text({ initial: '', about: 'The user that a name in a certificate stands for.' }), {
    about: 'Users by name in a certificate.',
    initial: {},
  }),
});

const auth = group({
  method: choice(METHODS, {
    initial: 'trust',
    about: 'For everybody, where there are no rules; trust lets everybody in, so it listens on loopback only.',
  }),
  rules: named(accessRule, { about: 'Access rules by name; the first one that is about a login counts.', initial: {} }),
});

/** Everything that can be configured; the one description of file, environment and flags. */
export const SCHEMA = group({
  listen: group({
    host: text({ initial: '127.0.0.1', about: 'Address to listen on.' }),
    port: integer({ initial: 5439, min: 0, max: 65_535, about: 'TCP port; 0 takes a free one.' }),
  }),
  auth,
  tls: group({
    certFile: path({
      initial: undefined,
      about: 'Certificate chain in PEM; without it connections are not encrypted.',
    }),
    keyFile: path({ initial: undefined, about: 'Private key of the certificate, in PEM.' }),
    caFile: path({ initial: undefined, about: "Authorities that sign clients' certificates, in PEM." }),
  }),
  control: group({
    uri: controlUri({
      initial: 'sqlite:.bergwire/control.db',
      about: 'The control log: sqlite:FILE or postgres://...',
    }),
    password: secret({ about: 'Belongs to a control log in PostgreSQL.' }),
  }),
  catalogs: named(catalog, {
    about: 'Databases by name.',
    initial: { bergwire: { type: 'sql', uri: 'sqlite:.bergwire/catalog.db', warehouse: '.bergwire/warehouse' } },
  }),
  notifyCommits: flag({ initial: true, about: 'Tell listeners of the channel iceberg_commit of every snapshot.' }),
  demo: flag({ initial: true, about: 'Create the schema demo in the default warehouse at the first start.' }),
  storage: group({
    locations: named(location({ initial: '', about: 'Where the objects under a prefix really are.' }), {
      about: 'URI prefix to the folder or URI that holds its objects.',
      initial: {},
    }),
    s3,
  }),
  folder: path({ initial: '.bergwire', about: "The gateway's own files: temporary ones and the embedded Postgres." }),
  limits,
  log: group({
    level: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      initial: 'info',
      about: 'Least important line that is written.',
    }),
    slowStatementMs: duration({ initial: 1000, about: 'Statements that take longer get a line; 0 logs each one.' }),
    statementText: flag({ initial: false, about: 'Write the text of statements, which may hold personal values.' }),
  }),
});
