/** The eight tables of TPC-H (specification, clause 1.4), filled by PostgreSQL with small pseudo-random rows. */
export const TPCH_TABLES: readonly string[] = [
  `CREATE TABLE region (r_regionkey int, r_name text, r_comment text)`,
  `CREATE TABLE nation (n_nationkey int, n_name text, n_regionkey int, n_comment text)`,
  `CREATE TABLE supplier (s_suppkey int, s_name text, s_address text, s_nationkey int, s_phone text,
    s_acctbal numeric(15,2), s_comment text)`,
  `CREATE TABLE part (p_partkey int, p_name text, p_mfgr text, p_brand text, p_type text, p_size int,
    p_container text, p_retailprice numeric(15,2), p_comment text)`,
  `CREATE TABLE partsupp (ps_partkey int, ps_suppkey int, ps_availqty int, ps_supplycost numeric(15,2),
    ps_comment text)`,
  `CREATE TABLE customer (c_custkey int, c_name text, c_address text, c_nationkey int, c_phone text,
    c_acctbal numeric(15,2), c_mktsegment text, c_comment text)`,
  `CREATE TABLE orders (o_orderkey bigint, o_custkey int, o_orderstatus text, o_totalprice numeric(15,2),
    o_orderdate date, o_orderpriority text, o_clerk text, o_shippriority int, o_comment text)`,
  `CREATE TABLE lineitem (l_orderkey bigint, l_partkey int, l_suppkey int, l_linenumber int,
    l_quantity numeric(15,2), l_extendedprice numeric(15,2), l_discount numeric(15,2), l_tax numeric(15,2),
    l_returnflag text, l_linestatus text, l_shipdate date, l_commitdate date, l_receiptdate date,
    l_shipinstruct text, l_shipmode text, l_comment text)`,
];

const pick = (words: readonly string[], seed: string): string =>
  `(ARRAY[${words.map((word) => `'${word}'`).join(', ')}])[1 + abs(hashint8(${seed})) % ${words.length}]`;
const number = (seed: string, below: number): string => `(abs(hashint8(${seed})) % ${below})`;

const NATIONS =
  'ALGERIA ARGENTINA BRAZIL CANADA EGYPT ETHIOPIA FRANCE GERMANY INDIA INDONESIA IRAN IRAQ JAPAN JORDAN KENYA MOROCCO MOZAMBIQUE PERU CHINA ROMANIA SAUDI_ARABIA VIETNAM RUSSIA UNITED_KINGDOM UNITED_STATES'
    .split(' ')
    .map((name) => name.replace('_', ' '));
const REGION_OF = [0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1];
const COLOURS = ['almond', 'forest', 'green', 'chocolate', 'lemon', 'ghost', 'lavender', 'navy'];
const TYPES = [
  ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'],
  ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'],
  ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'],
];
const CONTAINERS = [
  'SM CASE',
  'SM BOX',
  'SM PACK',
  'SM PKG',
  'MED BAG',
  'MED BOX',
  'MED PKG',
  'MED PACK',
  'LG CASE',
  'LG BOX',
  'LG PACK',
  'LG PKG',
  'JUMBO PKG',
  'WRAP CASE',
];

export const TPCH_ROWS: readonly string[] = [
  `INSERT INTO region SELECT i, (ARRAY['AFRICA','AMERICA','ASIA','EUROPE','MIDDLE EAST'])[i + 1], 'r' || i FROM generate_series(0, 4) i`,
  ...NATIONS.map((name, key) => `INSERT INTO nation VALUES (${key}, '${name}', ${REGION_OF[key]}, 'n${key}')`),
  `INSERT INTO supplier SELECT i, 'Supplier#' || lpad(i::text, 9, '0'), 'address ' || i, ${number('i * 7', 25)},
    (10 + ${number('i * 7', 25)}) || '-100-200-' || lpad(i::text, 4, '0'), ${number('i * 3', 1000000)} / 100.0 - 999.99,
    CASE WHEN i % 10 = 3 THEN 'sly Customer odd Complaints' ELSE 'comment ' || i END FROM generate_series(1, 100) i`,
  `INSERT INTO part SELECT i, ${pick(COLOURS, 'i')} || ' ' || ${pick(COLOURS, 'i + 1')}, 'Manufacturer#' || 1 + i % 5,
    'Brand#' || (1 + ${number('i', 5)}) || (1 + ${number('i * 5', 5)}),
    ${TYPES.map((words, n) => pick(words, `i * ${n + 2}`)).join(" || ' ' || ")}, 1 + ${number('i * 11', 50)},
    ${pick(CONTAINERS, 'i * 13')}, 900 + (i % 1000) / 10.0, 'part ' || i FROM generate_series(1, 1000) i`,
  `INSERT INTO partsupp SELECT p, 1 + (p * 7 + s * 25) % 100, 1 + ${number('p * 4 + s', 9999)},
    1 + ${number('p * 31 + s', 99900)} / 100.0, 'ps' FROM generate_series(1, 1000) p, generate_series(0, 3) s`,
  `INSERT INTO customer SELECT i, 'Customer#' || lpad(i::text, 9, '0'), 'street ' || i, ${number('i * 17', 25)},
    (10 + ${number('i * 17', 25)}) || '-555-' || lpad((i % 1000)::text, 4, '0'), ${number('i * 23', 1099998)} / 100.0 - 999.99,
    ${pick(['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD'], 'i * 19')}, 'customer ' || i FROM generate_series(1, 600) i`,
  `INSERT INTO orders SELECT i * 4, 1 + ${number('i * 3', 400)}, (ARRAY['F','O','P'])[1 + i % 3], 1000 + ${number('i * 41', 40000000)} / 100.0,
    date '1992-01-01' + ${number('i * 43', 2406)}, ${pick(['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'], 'i * 47')},
    'Clerk#' || i % 50, 0, CASE WHEN i % 7 = 0 THEN 'the special packages requests' ELSE 'order ' || i END FROM generate_series(1, 3000) i`,
  `INSERT INTO lineitem SELECT o_orderkey, part, 1 + (part * 7 + ${number('o_orderkey + n', 4)} * 25) % 100, n,
    qty, qty * (900 + (part % 1000) / 10.0), ${number('o_orderkey * 5 + n', 11)} / 100.0, ${number('o_orderkey * 7 + n', 9)} / 100.0,
    CASE WHEN o_orderdate < '1995-03-17' THEN (ARRAY['R','A'])[1 + n % 2] ELSE 'N' END,
    CASE WHEN o_orderdate < '1995-05-17' THEN 'F' ELSE 'O' END, ship, o_orderdate + 30 + ${number('o_orderkey * 11 + n', 61)},
    ship + 1 + ${number('o_orderkey * 13 + n', 30)},
    ${pick(['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'], 'o_orderkey * 17 + n')},
    ${pick(['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB', 'AIR REG'], 'o_orderkey * 19 + n')}, 'line'
    FROM (SELECT *, 1 + ${number('o_orderkey * 23 + n', 1000)} AS part, (1 + ${number('o_orderkey * 29 + n', 50)})::numeric AS qty,
      o_orderdate + 1 + ${number('o_orderkey * 31 + n', 121)} AS ship
      FROM orders, generate_series(1, 7) n WHERE n <= 1 + ${number('o_orderkey', 7)}) x`,
  `INSERT INTO lineitem SELECT l_orderkey, l_partkey, l_suppkey, l_linenumber + 10, 50, l_extendedprice, l_discount, l_tax, l_returnflag,
    l_linestatus, l_shipdate, l_commitdate, l_receiptdate, l_shipinstruct, l_shipmode, 'more' FROM lineitem WHERE l_orderkey % 400 = 0`,
];
