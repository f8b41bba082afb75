// oxlint-disable eslint/max-lines -- a table of data
import type { CertifiedArgument, CertifiedCase } from './certified-case.ts';
import { EDGE_VALUES, NUMERIC_VALUES } from './edge-values.ts';

const column = (type: string, values: readonly (string | null)[] = edges(type)): CertifiedArgument => ({
  type,
  values,
  constant: false,
});
const constant = (type: string, values: readonly (string | null)[]): CertifiedArgument => ({
  type,
  values,
  constant: true,
});

const UNITS = [
  'microseconds',
  'milliseconds',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'decade',
  'century',
  'millennium',
  'epoch',
  'julian',
  'isoyear',
  'dow',
  'isodow',
  'doy',
  'YEARS',
  'mons',
];
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const LIKE_PATTERNS = [
  '',
  '%',
  'a%',
  '%c',
  '%b%',
  'a_c',
  '_',
  '__',
  'a\\%c',
  'a\\_c',
  '%\\\\%',
  'ABC',
  '%Ö%',
  '%o w%',
  '%😀%',
  '100\\%',
  '%ll%wo%',
];
const EXPRESSIONS = [
  '',
  'a',
  '^a',
  'c$',
  '^abc$',
  'a.c',
  '[a-c]+',
  '[^a-z]',
  'b|d',
  '^(a|b)',
  '(an)+',
  'a{2,}',
  'a*',
  'l+o',
  '\\d+',
  '^\\s*$',
  '\\.',
  '[0-9]{2,3}',
  'x{50}',
  '^[A-Z][a-z]+',
  'e?x',
  '日',
  '[äöü]',
  'a\\%c',
  '(?:ab)c',
  '[[:alpha:]]',
  '\\w+',
  'a*?',
  '(a)\\1',
  '[-,]',
  '\\m',
  '.',
  'a(b)c',
  '$',
  ' ',
];

const POSITIONS = ['-2147483648', '-3', '-1', '0', '1', '2', '3', '5', '100', '2147483647', null];
/** Elements that the arrays among the edge values have, or not. */
const INTS = ['1', '7', '0', '99', null];
const SHORT_TEXTS = ['', 'abc', 'äöü', '😀 smile', null];
const CHAR_PATTERNS = [
  'YYYY-MM-DD HH24:MI:SS',
  'Mon DD, YYYY',
  'Day, DD Month YYYY',
  'YYYY-"Q"Q',
  'HH12:MI:SS.MS AM',
  'IYYY-IW-ID',
  'FMDD FMMonth YY',
  'YYYYMMDD',
  'DD.MM.YY',
  'MON mon Mon',
  'DY dy Dy DAY day',
  'J',
  'DDD WW W D CC',
  'HH:MI pm',
  'a.m. P.M.',
  'AD bc B.C.',
  'US FF3 FF1',
  'SSSS',
  'Y,YYY Y YYY IY I',
  'yyyy/mm/dd hh24',
  'RM rm',
  '"text" \\"x',
  'IDDD',
  'plain_text',
  'FMHH24:FMMI',
];
const MOMENTS = [
  '2024-02-29',
  '2024-02-29 12:34',
  '2024-02-29 12:34:56.789',
  '2024-02-29T01:02:03',
  '2024-02-29 12:34:56+02',
  '2024-02-29 12:34:56.5Z',
  '2024-02-29 12:34:56-03:30',
  ' 2024-02-29 ',
  'infinity',
  '-infinity',
  'abc',
  '',
  '2023-02-29',
  '2024-02-29 25:00:00',
  '2024-03-31 02:30:00',
  null,
];
const SECONDS = ['-0.1', '0', '59.9999995', '59.999999', '60', '60.1', 'NaN', '7.25'];

/** Special arguments by signature or by the function's name; every list gives one case. */
const SPECIAL: Readonly<Record<string, readonly (readonly CertifiedArgument[])[]>> = {
  ...byType(['date', 'time', 'timestamp', 'timestamptz', 'interval'], (type) => ({
    [`extract(text,${type})`]: [[constant('text', UNITS), column(type)]],
    [`date_part(text,${type})`]: [[constant('text', UNITS), column(type)]],
    [`date_trunc(text,${type})`]: [[constant('text', UNITS), column(type)]],
  })),
  'date_trunc(text,timestamptz,text)': [
    [constant('text', ['hour', 'day', 'month', 'century']), column('timestamptz'), constant('text', ZONES)],
  ],
  'timezone(text,timestamp)': [[constant('text', ZONES), column('timestamp')]],
  'timezone(text,timestamptz)': [[constant('text', ZONES), column('timestamptz')]],
  ...byType(['text', 'bpchar', 'name'], (type) => {
    const stem = type;
    const likes = [
      [column(type), constant('text', LIKE_PATTERNS)],
      [column(type), column('text', [...LIKE_PATTERNS, 'a\\', null])],
    ];
    const expressions = [[column(type), constant('text', EXPRESSIONS)]];
    return {
      [`${stem}like(${type},text)`]: likes,
      [`${stem}nlike(${type},text)`]: likes,
      [`${stem}iclike(${type},text)`]: likes,
      [`${stem}icnlike(${type},text)`]: likes,
      [`${stem}regexeq(${type},text)`]: expressions,
      [`${stem}regexne(${type},text)`]: expressions,
      [`${stem}icregexeq(${type},text)`]: expressions,
      [`${stem}icregexne(${type},text)`]: expressions,
    };
  }),
  'like(text,text)': [[column('text'), constant('text', LIKE_PATTERNS)]],
  'notlike(text,text)': [[column('text'), constant('text', LIKE_PATTERNS)]],
  'like_escape(text,text)': [
    [constant('text', ['a%', 'a!%b', 'a\\b', 'x!!y', '!_']), constant('text', ['!', '\\', '', 'x'])],
  ],
  'similar_to_escape(text)': [[constant('text', ['a%', '%(b|d)%', 'a_c', '[a-c]+', 'a\\%'])]],
  'similar_to_escape(text,text)': [[constant('text', ['a%', 'a_c']), constant('text', ['!', '\\'])]],
  'regexp_like(text,text)': [[column('text'), constant('text', EXPRESSIONS)]],
  'regexp_like(text,text,text)': [
    [column('text'), constant('text', EXPRESSIONS), constant('text', ['', 'i', 'c', 'ic'])],
  ],
  'regexp_replace(text,text,text)': [
    [column('text'), constant('text', EXPRESSIONS), constant('text', ['', 'X', '[\\&]', '\\1\\1', '\\\\', '$1'])],
  ],
  'regexp_replace(text,text,text,text)': [
    [
      column('text'),
      constant('text', EXPRESSIONS),
      constant('text', ['', 'X', '[\\&]', '<\\1>']),
      constant('text', ['g', 'i', 'gi']),
    ],
  ],
  'substring(text,text)': [[column('text'), constant('text', EXPRESSIONS)]],
  'regexp_substr(text,text)': [[column('text'), constant('text', EXPRESSIONS)]],
  'format(text,any)': [[constant('text', ['%s', 'a%%b %s', '%2$s', '[%s]']), column('int4', ['1', '-5', null])]],
  'format(text)': [[constant('text', ['abc', '%%', ''])]],
  'varchar(varchar,int4,bool)': [
    [column('text'), constant('int4', ['-1', '5', '7', '14']), constant('bool', ['true', 'false'])],
  ],
  'bpchar(bpchar,int4,bool)': [
    [column('bpchar'), constant('int4', ['-1', '5', '7', '14']), constant('bool', ['true', 'false'])],
  ],
  'timestamp(timestamp,int4)': [[column('timestamp'), constant('int4', ['0', '1', '3', '5', '6'])]],
  'timestamptz(timestamptz,int4)': [[column('timestamptz'), constant('int4', ['0', '2', '6'])]],
  'numeric(numeric,int4)': decimals().map((arg) => [
    arg,
    constant('int4', ['-1', typmod(10, 2), typmod(5, 0), typmod(38, 10), typmod(4, 4), typmod(12, 1)]),
  ]),
  ...byType(['round', 'trunc'], (name) => ({
    [`${name}(numeric,int4)`]: decimals().flatMap((arg) => [
      [arg, constant('int4', ['-3', '-1', '0', '1', '2', '5', '12'])],
      [arg, column('int4', ['-3', '-1', '0', '1', '2', '5', '12', null])],
    ]),
  })),
  ...byType(['lpad', 'rpad'], (name) => ({
    [`${name}(text,int4)`]: [[column('text'), column('int4', ['-1', '0', '1', '3', '60', '2147483647', null])]],
    [`${name}(text,int4,text)`]: [
      [column('text'), column('int4', ['-1', '0', '2', '12', null]), column('text', ['', 'x', 'xy', 'é😀', null])],
    ],
  })),
  'repeat(text,int4)': [[column('text'), column('int4', ['-1', '0', '1', '3', '2147483647', null])]],
  'chr(int4)': [
    [column('int4', ['-1', '0', '1', '65', '233', '8364', '55296', '57343', '128512', '1114111', '1114112', null])],
  ],
  'split_part(text,text,int4)': [
    [
      column('text'),
      column('text', [',', '', 'l', 'ab', '😀', null]),
      column('int4', ['-3', '-1', '0', '1', '2', '3', '2147483647', null]),
    ],
  ],
  ...byType(['substr', 'substring'], (name) => ({
    [`${name}(text,int4)`]: [
      [column('text'), column('int4', POSITIONS)],
      [column('text'), constant('int4', POSITIONS)],
    ],
    [`${name}(text,int4,int4)`]: [
      [column('text', SHORT_TEXTS), column('int4', POSITIONS), column('int4', POSITIONS)],
      [
        column('text', SHORT_TEXTS),
        constant('int4', ['-1', '0', '1', '3']),
        constant('int4', ['-1', '0', '2', '2147483647']),
      ],
    ],
  })),
  'replace(text,text,text)': [
    [column('text'), column('text', ['', 'a', 'l', 'ab', 'ö', null]), column('text', ['', 'X', 'aa', null])],
  ],
  'translate(text,text,text)': [
    [column('text'), column('text', ['', 'abc', 'lo', 'öß', 'aab']), column('text', ['', 'X', 'xyz', '😀'])],
  ],
  'concat(any)': [
    [column('text'), column('int4'), column('bool')],
    [column('float8'), column('date')],
    [column('timestamp'), column('interval')],
    [column('uuid'), column('bytea'), decimals()[0]!],
    [column('int8'), column('float4'), column('time')],
    [column('timestamptz'), column('bpchar')],
  ],
  'concat_ws(text,any)': [[column('text', [',', '', null]), column('text'), column('int4', ['1', null])]],
  'textanycat(text,anynonarray)': [
    [column('text', SHORT_TEXTS), column('int4')],
    [column('text', SHORT_TEXTS), column('float8')],
    [column('text', SHORT_TEXTS), column('bool')],
    [column('text', SHORT_TEXTS), column('timestamp')],
    [column('text', SHORT_TEXTS), decimals()[3]!],
  ],
  'anytextcat(anynonarray,text)': [
    [column('int8'), column('text', SHORT_TEXTS)],
    [column('date'), column('text', SHORT_TEXTS)],
  ],
  'quote_literal(anyelement)': [[column('text')]],
  'make_date(int4,int4,int4)': [
    [
      column('int4', ['-4713', '-44', '-1', '0', '1', '1900', '2000', '2023', '9999', '5874897', '5874898', null]),
      column('int4', ['-1', '0', '1', '2', '12', '13']),
      column('int4', ['0', '1', '28', '29', '30', '31', '32']),
    ],
  ],
  'make_time(int4,int4,float8)': [
    [
      column('int4', ['-1', '0', '12', '23', '24', '25', null]),
      column('int4', ['-1', '0', '59', '60']),
      column('float8', SECONDS),
    ],
  ],
  'make_timestamp(int4,int4,int4,int4,int4,float8)': [timestampParts()],
  'make_timestamptz(int4,int4,int4,int4,int4,float8)': [timestampParts()],
  'make_interval(int4,int4,int4,int4,int4,int4,float8)': [
    [
      column('int4', ['0', '1', '-2', '178956971']),
      column('int4', ['0', '13']),
      column('int4', ['0', '2']),
      column('int4', ['0', '-5']),
      column('int4', ['0', '25', '2147483647']),
      column('int4', ['0', '-61']),
      column('float8', ['0', '1.5', '-0.0000005', '1e10']),
    ],
  ],
  'date_bin(interval,timestamp,timestamp)': [
    [
      column('interval', ['15 minutes', '1 day', '1 month', '0', '-1 hour', '0.000007 second']),
      column('timestamp'),
      column('timestamp', ['2000-01-01 00:00:00', '2001-02-03 04:05:06.789', 'infinity']),
    ],
  ],
  'date_bin(interval,timestamptz,timestamptz)': [
    [
      column('interval', ['15 minutes', '1 day']),
      column('timestamptz'),
      column('timestamptz', ['2000-01-01 00:00:00+00']),
    ],
  ],
  'to_char(timestamp,text)': [
    [column('timestamp'), constant('text', CHAR_PATTERNS)],
    [column('timestamp'), column('text', ['YYYY-MM', '', null])],
  ],
  'to_char(timestamptz,text)': [[column('timestamptz'), constant('text', CHAR_PATTERNS)]],
  ...byType(['text', 'varchar', 'bpchar'], (type) => ({
    [`io(${type},timestamptz)`]: [[column(type, MOMENTS)]],
    [`io(${type},timestamp)`]: [
      [
        column(
          type,
          MOMENTS.filter((text) => !/\d(Z|[+-]\d\d(:\d\d)?)$/.test(text ?? '') || !/:/.test(text ?? '')),
        ),
      ],
    ],
    [`io(${type},date)`]: [[column(type, MOMENTS)]],
    [`io(${type},time)`]: [
      [column(type, ['12:34:56', '12:34', '23:59:59.999999', '25:00:00', 'abc', ' 01:02:03 ', '12:34:56.7', null])],
    ],
    [`io(${type},interval)`]: [
      [
        column(type, [
          '1 day',
          '-2 days',
          '3 mons 04:05:06.789',
          '1 year 2 months 3 weeks',
          '01:02:03',
          '-01:02:03',
          '1 hour -5 minutes',
          '',
          '5',
          'abc',
          '1 day 1 day',
          '2 sec',
          null,
        ]),
      ],
    ],
    [`io(${type},bytea)`]: [[column(type, ['\\x', '\\xdeadbeef', '\\x0', 'abc', null])]],
  })),
  'to_date(text,text)': [
    [column('text', ['2024-02-29', '2023-02-29', '0001-01-01', '2024-13-01', null]), constant('text', ['YYYY-MM-DD'])],
    [column('text', ['20240506', '19991231']), constant('text', ['YYYYMMDD'])],
    [column('text', ['01/02/2024']), constant('text', ['DD/MM/YYYY', 'MM/DD/YYYY'])],
  ],
  'convert_to(text,name)': [[column('text'), constant('name', ['UTF8', 'utf-8'])]],
  'encode(bytea,text)': [[column('bytea'), constant('text', ['hex', 'base64'])]],
  'overlay(text,text,int4,int4)': [
    [
      column('text', SHORT_TEXTS),
      column('text', ['', 'XY', 'é', null]),
      column('int4', ['-1', '0', '1', '2', '5', '100', '2147483647', null]),
      column('int4', ['-5', '-1', '0', '1', '3', '100', '2147483647', null]),
    ],
  ],
  'overlay(text,text,int4)': [
    [
      column('text'),
      column('text', ['', 'XY', 'é', null]),
      column('int4', ['-1', '0', '1', '2', '5', '100', '2147483647', null]),
    ],
  ],
  'width_bucket(float8,float8,float8,int4)': [
    [
      column('float8', ['0', '-1', '5', '5.35', '10', '9.999999', 'NaN', 'Infinity', null]),
      column('float8', ['0', '0.024', '10', '-5', 'Infinity', 'NaN']),
      column('float8', ['10', '0', '10.06', '-Infinity']),
      column('int4', ['5', '0', '-1', '1', '7']),
    ],
  ],
  'cardinality(anyarray)': [[column('_int4')], [column('_text')]],
  'array_length(anyarray,int4)': [[column('_int4'), constant('int4', ['1'])]],
  'array_upper(anyarray,int4)': [[column('_text'), constant('int4', ['1'])]],
  'string_to_array(text,text)': [
    [column('text'), constant('text', [',', '', 'l', 'ab', ' '])],
    [column('text'), column('text', [',', '', 'l', null])],
  ],
  'array_to_string(anyarray,text)': [
    [column('_int4'), column('text', [',', '', null])],
    [column('_text'), column('text', [',', 'xx'])],
  ],
  'array_to_string(anyarray,text,text)': [
    [column('_int4'), column('text', [',']), column('text', ['*', '', null])],
    [column('_text'), column('text', [',']), column('text', ['*'])],
  ],
  'string_to_array(text,text,text)': [
    [column('text', ['a,b', '', 'a,,b', null]), column('text', [',', '', null]), column('text', ['a', '', null])],
  ],
  ...byType(['eq', 'ne', 'lt', 'le', 'gt', 'ge'], (name) => ({
    [`array_${name}(anyarray,anyarray)`]: arrayPairs(),
  })),
  ...byType(['arraycontains', 'arraycontained', 'arrayoverlap'], (name) => ({
    [`${name}(anyarray,anyarray)`]: arrayPairs(),
  })),
  'array_append(anycompatiblearray,anycompatible)': [
    [column('_int4'), column('int4', INTS)],
    [column('_text'), column('text', ['', 'a', null])],
  ],
  'array_prepend(anycompatible,anycompatiblearray)': [[column('int4', INTS), column('_int4')]],
  'array_cat(anycompatiblearray,anycompatiblearray)': arrayPairs(),
  'array_remove(anycompatiblearray,anycompatible)': [
    [column('_int4'), column('int4', INTS)],
    [column('_text'), column('text', ['', 'a', null])],
  ],
  'array_position(anycompatiblearray,anycompatible)': [
    [column('_int4'), column('int4', INTS)],
    [column('_text'), column('text', ['', 'a', null])],
  ],
  'array_position(anycompatiblearray,anycompatible,int4)': [
    [column('_int4'), column('int4', INTS), constant('int4', ['-1', '1', '2', '3', '9'])],
  ],
  'array_positions(anycompatiblearray,anycompatible)': [
    [column('_int4'), column('int4', INTS)],
    [column('_text'), column('text', ['', 'a', null])],
  ],
  'array_replace(anycompatiblearray,anycompatible,anycompatible)': [
    [column('_int4'), column('int4', INTS), column('int4', INTS)],
  ],
  'array_lower(anyarray,int4)': [[column('_int4'), constant('int4', ['1'])]],
  'array_ndims(anyarray)': [[column('_int4')]],
  'array_dims(anyarray)': [[column('_int4')], [column('_text')]],
  'to_timestamp(float8)': [
    [
      column('float8', [
        '0',
        '1',
        '-1.5',
        '1700000000.123456',
        '946684800',
        '1e10',
        '-62135596800',
        '9224318015999',
        '9224318016000',
        '-210866803200',
        '-210866803201',
        '0.0000005',
        'NaN',
        'Infinity',
        '-Infinity',
        null,
      ]),
    ],
  ],
};

function byType<T>(types: readonly string[], entry: (type: string) => Record<string, T>): Record<string, T> {
  return Object.assign({}, ...types.map(entry)) as Record<string, T>;
}

function arrayPairs(): readonly (readonly CertifiedArgument[])[] {
  return [
    [column('_int4'), column('_int4')],
    [column('_text'), column('_text')],
  ];
}

function timestampParts(): readonly CertifiedArgument[] {
  return [
    column('int4', ['-44', '0', '1', '2024', '294276']),
    column('int4', ['2', '13']),
    column('int4', ['28', '29', '30']),
    column('int4', ['0', '23', '24']),
    column('int4', ['0', '59', '60']),
    column('float8', ['0', '59.999999', '60']),
  ];
}

/** Text of a typmod as numeric's (precision, scale). */
function typmod(precision: number, scale: number): string {
  return String((precision << 16) + scale + 4);
}

function decimals(): readonly CertifiedArgument[] {
  return NUMERIC_VALUES.map(({ precision, scale, values }) => ({
    type: 'numeric',
    values,
    constant: false,
    decimal: { precision, scale },
  }));
}

/** Which columns meet in functions of two numerics, by index. */
const NUMERIC_PAIRS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [0, 3],
  [3, 0],
  [2, 0],
  [0, 2],
  [3, 3],
  [4, 1],
  [1, 1],
  [4, 4],
  [2, 2],
] as const;

/** All tables of arguments of an entry; numbers below are limits of cells. */
export function argumentCases(
  signature: string,
  result: string,
  maxCells: number,
  random: () => number,
): readonly CertifiedCase[] {
  const types = signature
    .slice(signature.indexOf('(') + 1, -1)
    .split(',')
    .filter((type) => type !== '');
  const lists = SPECIAL[signature] ?? (signature.startsWith('io(') ? defaults(types.slice(0, 1)) : defaults(types));
  return lists.flatMap((args) =>
    zonesFor(types).map((timeZone) => ({
      signature,
      args,
      result: resultOf(result, args),
      cells: cellsOf(args, maxCells, random),
      timeZone,
    })),
  );
}

/** A polymorphic result has the type of the array among the arguments. */
function resultOf(result: string, args: readonly CertifiedArgument[]): string {
  return result.startsWith('any') ? args.find(({ type }) => type.startsWith('_'))!.type : result;
}

/** What depends on the session's time zone is run in a zone with daylight saving time too. */
function zonesFor(types: readonly string[]): readonly string[] {
  return types.includes('timestamptz') ? ['UTC', 'Europe/Berlin', 'America/New_York'] : ['UTC'];
}

function defaults(types: readonly string[]): readonly (readonly CertifiedArgument[])[] {
  const numerics = types.filter((type) => type === 'numeric').length;
  if (numerics === 0) return [types.map((type) => column(type))];
  const columns = decimals();
  if (numerics === 1) return columns.map((arg) => types.map((type) => (type === 'numeric' ? arg : column(type))));
  return NUMERIC_PAIRS.map((pair) => types.map((_, index) => columns[pair[index % 2]!]!));
}

/** All combinations, or a random sample of them. */
function cellsOf(
  args: readonly CertifiedArgument[],
  limit: number,
  random: () => number,
): readonly (readonly number[])[] {
  const total = args.reduce((product, arg) => product * arg.values.length, 1);
  const at = (n: number): readonly number[] => {
    let rest = n;
    return args.map((arg) => {
      const index = rest % arg.values.length;
      rest = Math.floor(rest / arg.values.length);
      return index;
    });
  };
  if (total <= limit) return Array.from({ length: total }, (_, n) => at(n));
  const chosen = new Set<number>();
  while (chosen.size < limit) chosen.add(Math.floor(random() * total));
  return [...chosen].toSorted((a, b) => a - b).map(at);
}

function edges(type: string): readonly (string | null)[] {
  const values = EDGE_VALUES[type === 'varchar' ? 'text' : type];
  if (values === undefined) throw new Error(`no edge values for type ${type}`);
  return values;
}
